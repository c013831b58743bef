What has to do with objects reaches the tool that makes them, and how a store is reached every tool that opens it.

  $ s4l-push --print --storage-class COLD --tag a=b --part-size 16M --sweep 7d --region eu-west-3 --anonymous --delete photos s3://b/photos

  $ s4l-pull --print --encryption-key key --endpoint http://127.0.0.1:1 --compare checksum s3://b/photos photos

A source may be a store too; what is read there is no folder's.

  $ s4l-push --print --compare checksum s3://a/x s3://b/x

What cannot be is told before anything is started.

  $ s4l-pull --move s3://b/photos photos

  $ s4l-push --move box:photos s3://b/photos

  $ s4l-pull photos s3://b/photos

  $ s4l-push --storage-class

  $ s4l-push --tag nothing photos s3://b/photos

  $ s4l-push --provider ceph photos s3://b/photos

  $ s4l-pull --storage-class COLD s3://b/photos photos

