# fish completion for s4l; generated, see make generate.
complete -c s4l -f
complete -c s4l -l stream-tables -d 'Print the tables that s4l-stream(5) is made of.'
complete -c s4l -s h -l help -d 'Show this help and exit.'
complete -c s4l -l version -d 'Show the version and exit.'
complete -c s4l -s v -l verbose -d 'Say more on standard error; given twice or three times, much more.'
complete -c s4l -s q -l quiet -d 'Say nothing but errors, and show no progress.'
complete -c s4l -l log-level -x -a 'trace debug info warn error fatal' -d 'Log what is at least this grave.'
complete -c s4l -l log-format -x -a 'plain pretty logfmt json' -d 'Write messages in this form.'
complete -c s4l -l json -d 'Change nothing: records are written as JSON anyway.'
complete -c s4l -l generate -x -a 'man bash zsh fish page' -d 'Print the manual or a shell completion.'
