internal import CMicrohttpd
