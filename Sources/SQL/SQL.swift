internal import CSqlite
