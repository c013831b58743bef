What a machine is told is shown before anything is written.

  $ s4l-service print --service-name sync --description 'Keeps all in step' --config /etc/s4l.toml | grep -v '^#' | head -12
  [Unit]
  Description=Keeps all in step
  Wants=network-online.target
  After=network-online.target
  StartLimitIntervalSec=300
  StartLimitBurst=10
  
  [Service]
  Type=notify
  NotifyAccess=main
  ExecStart=*/s4l-daemon start --foreground --config /etc/s4l.toml
  ExecReload=/bin/kill -HUP $MAINPID

  $ s4l-service print --kind launchd --service-name sync | head -12
  <?xml version="1.0" encoding="UTF-8"?>
  <!-- File sync of s4l.
       Belongs into /Library/LaunchDaemons/sync.plist; then: launchctl load -w /Library/LaunchDaemons/sync.plist.
       The user s4l has to be there. -->
  <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN"
    "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
  <plist version="1.0">
  <dict>
    <key>Label</key>
    <string>sync</string>
    <key>ProgramArguments</key>
    <array>

  $ s4l-service print --kind windows --service-name my-sync | tr -d '\r' | head -4
  rem With sc, from a prompt of an administrator:
  sc create my-sync binPath= "*/s4l-daemon start --foreground --config /etc/s4l/s4l.toml" start= auto
  sc description my-sync "File sync of s4l"
  sc failure my-sync reset= 300 actions= restart/5000/restart/5000/restart/60000

With --root it is written below another folder, and nothing is started.

  $ mkdir r; s4l-service install --root r --service-name sync; find r -type f
  r/etc/systemd/system/sync.service
  r/etc/sysusers.d/sync.conf

  $ s4l-service uninstall --root r --service-name sync; find r
  r
  r/etc
  r/etc/systemd
  r/etc/systemd/system
  r/etc/sysusers.d
  ! s4l-service: sync: removed; configuration and state stay

  $ s4l-service print --service-name a/b
  ! s4l-service: --service-name: "a/b": letters, digits, ".", "_" and "-", no more than 100 of them
  [64]
