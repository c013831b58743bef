# fish completion for s4l-metrics; generated, see make generate.
complete -c s4l-metrics -f
complete -c s4l-metrics -s l -l listen -x -d 'Answer here; port 0 is any that is free.'
complete -c s4l-metrics -l url -x -d 'Where the queues are: a file, or redis://[USER@]HOST[:PORT][/DB].'
complete -c s4l-metrics -l config -r -F -d 'Read this configuration, not the usual one.'
complete -c s4l-metrics -s h -l help -d 'Show this help and exit.'
complete -c s4l-metrics -l version -d 'Show the version and exit.'
complete -c s4l-metrics -s v -l verbose -d 'Say more on standard error; given twice or three times, much more.'
complete -c s4l-metrics -s q -l quiet -d 'Say nothing but errors, and show no progress.'
complete -c s4l-metrics -l log-level -x -a 'trace debug info warn error fatal' -d 'Log what is at least this grave.'
complete -c s4l-metrics -l log-format -x -a 'plain pretty logfmt json' -d 'Write messages in this form.'
complete -c s4l-metrics -l json -d 'Change nothing: records are written as JSON anyway.'
complete -c s4l-metrics -l generate -x -a 'man bash zsh fish page' -d 'Print the manual or a shell completion.'
