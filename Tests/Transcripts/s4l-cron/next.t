The next times of an expression, of five fields or of six with seconds first.

  $ s4l-cron --next 3 --from 2026-11-28T12:01:00Z --tz UTC '*/15 * * * *'
  2026-11-28T12:15:00Z
  2026-11-28T12:30:00Z
  2026-11-28T12:45:00Z

  $ s4l-cron --next 2 --from 2026-11-28T12:01:00Z --tz UTC '30 0 9 * * mon-fri'
  2026-11-30T09:00:30Z
  2026-12-01T09:00:30Z

  $ s4l-cron --next 2 --from 2026-11-28T12:01:00Z --tz UTC @monthly
  2026-12-01T00:00:00Z
  2027-01-01T00:00:00Z

An hour that does not exist is made up for when the clocks have gone forward; one that comes twice counts once.

  $ s4l-cron --next 3 --from 2026-03-27T12:00:00Z --tz Europe/Berlin '30 2 * * *'
  2026-03-28T02:30:00+01:00
  2026-03-29T03:00:00+02:00
  2026-03-30T02:30:00+02:00

  $ s4l-cron --next 3 --from 2026-10-23T12:00:00Z --tz Europe/Berlin '30 2 * * *'
  2026-10-24T02:30:00+02:00
  2026-10-25T02:30:00+02:00
  2026-10-26T02:30:00+01:00

What is wrong is named.

  $ s4l-cron --next 1 '61 * * * *'
  ! s4l-cron: 61 * * * *: "61" is no minute: 0 to 59 is
  [64]

  $ s4l-cron --next 1 '* * *'
  ! s4l-cron: * * *: it has 3 fields, and should have 5 or 6
  [64]

  $ s4l-cron --next 1 --tz Europe/Berlim '* * * * *'
  ! s4l-cron: Europe/Berlim: no time zone of this name is known (Europe/Berlin is one)
  [64]

  $ s4l-cron --next 1 --from 2026-01-01T00:00:00Z --tz UTC '0 0 30 2 *'
  ! s4l-cron: 0 0 30 2 *: no such day ever comes
  [64]
