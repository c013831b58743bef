# fish completion for s4l-daemon; generated, see make generate.
complete -c s4l-daemon -f
complete -c s4l-daemon -l foreground -d 'Stay here, and log to standard error.'
complete -c s4l-daemon -l config -r -F -d 'Read this configuration, not the usual one.'
complete -c s4l-daemon -l pocketbase-url -x -d 'Ask this server, not the configured one.'
complete -c s4l-daemon -l lines -x -d 'Write the last N lines; 100 if not given.'
complete -c s4l-daemon -s h -l help -d 'Show this help and exit.'
complete -c s4l-daemon -l version -d 'Show the version and exit.'
complete -c s4l-daemon -s v -l verbose -d 'Say more on standard error; given twice or three times, much more.'
complete -c s4l-daemon -s q -l quiet -d 'Say nothing but errors, and show no progress.'
complete -c s4l-daemon -l log-level -x -a 'trace debug info warn error fatal' -d 'Log what is at least this grave.'
complete -c s4l-daemon -l log-format -x -a 'plain pretty logfmt json' -d 'Write messages in this form.'
complete -c s4l-daemon -l json -d 'Change nothing: records are written as JSON anyway.'
complete -c s4l-daemon -l generate -x -a 'man bash zsh fish page' -d 'Print the manual or a shell completion.'
