What has to do with objects reaches the tool that makes them, and how a store is reached every tool that opens it.

  $ s4l-push --print --storage-class COLD --tag a=b --part-size 16M --sweep 7d --region eu-west-3 --anonymous --delete photos s3://b/photos
  s4l-scan photos |
    s4l-diff --delete --region=eu-west-3 --anonymous s3://b/photos |
    s4l-put --storage-class=COLD --tag=a=b --part-size=16M --sweep=7d --region=eu-west-3 --anonymous s3://b/photos |
    s4l-clean --region=eu-west-3 --anonymous s3://b/photos

  $ s4l-pull --print --encryption-key key --endpoint http://127.0.0.1:1 --compare checksum s3://b/photos photos
  s4l-ls --digests --endpoint=http://127.0.0.1:1 s3://b/photos |
    s4l-diff --compare=checksum --digest=md5 --endpoint=http://127.0.0.1:1 photos |
    s4l-get --encryption-key=key --endpoint=http://127.0.0.1:1 photos

A source may be a store too; what is read there is no folder's.

  $ s4l-push --print --compare checksum s3://a/x s3://b/x
  s4l-ls --digests s3://a/x |
    s4l-diff --compare=checksum --digest=md5 s3://b/x |
    s4l-put s3://b/x

What cannot be is told before anything is started.

  $ s4l-pull --move s3://b/photos photos
  ! s4l-pull: --move: s3://b/photos is no folder of this machine: only such are emptied
  [64]

  $ s4l-push --move box:photos s3://b/photos
  ! s4l-push: --move: box:photos is no folder of this machine: only such are emptied
  [64]

  $ s4l-pull photos s3://b/photos
  ! s4l-pull: s3://b/photos: it is no folder of this machine: s4l-push copies to stores
  [64]

  $ s4l-push --storage-class
  ! s4l-push: --storage-class: a value is missing
  ! s4l-push: try s4l-push --help
  [64]

  $ s4l-push --tag nothing photos s3://b/photos
  ! s4l-push: --tag: "nothing" must be NAME=VALUE in UTF-8
  ! s4l-push: try s4l-push --help
  [64]

  $ s4l-push --provider ceph photos s3://b/photos
  ! s4l-push: --provider: "ceph" must be one of aws, rgw, minio, r2, b2, oss, cos, obs, wasabi, gcs, digitalocean, scaleway, storj, seaweedfs, other
  ! s4l-push: try s4l-push --help
  [64]

  $ s4l-pull --storage-class COLD s3://b/photos photos
  ! s4l-pull: --storage-class: there is no such option
  ! s4l-pull: try s4l-pull --help
  [64]

