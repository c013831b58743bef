Digests of a job that compares by checksum are kept if the configuration wants that, for as long as it says.

  $ mkdir src; echo one >src/a; touch -d 2026-01-01 src/a; cat >c.toml <<'END'
  > [[sync_jobs]]
  > id = "a/b"
  > source_path = "src"
  > destination_path = "dst"
  > [sync_jobs.sync_options]
  > comparison_method = "checksum"
  > [cache]
  > cache_dir = "kept"
  > enable_persistent_cache = true
  > file_metadata_cache_ttl_secs = 31536000
  > END

  $ s4l-run a/b --config c.toml --quiet >out; grep -o '"uploaded_files":1' out; ls kept/digests
  "uploaded_files":1
  a%2fb.*.ndjson

One of another stretch of time is removed, and nothing else.

  $ touch 'kept/digests/a%2fb.7.ndjson' kept/digests/a.7.ndjson; s4l-run a/b --config c.toml --quiet >out; ls kept/digests
  a%2fb.*.ndjson
  a.7.ndjson

Without the cache nothing is kept.

  $ rm -r kept; sed -i s/true/false/ c.toml; s4l-run a/b --config c.toml --quiet >out; ls kept
  ! ls: cannot access 'kept': No such file or directory
  [2]
