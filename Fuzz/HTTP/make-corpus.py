"""Writes the seeds of the corpus: one file for each form of request, the first byte of each a place to split at."""
import gzip
import pathlib
import zlib

folder = pathlib.Path(__file__).parent / "corpus"
folder.mkdir(exist_ok=True)
seeds = {
    "get": b"GET /a/b?c=d%20e&f=+ HTTP/1.1\r\nHost: a:80\r\nAccept-Encoding: gzip;q=0.5, *\r\nRange: bytes=0-9\r\n\r\n",
    "pipelined": b"\r\nGET /1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "length": b"POST / HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nabcde",
    "chunked": b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\nabc\r\nA \t;z\r\n0123456789\r\n0\r\nT: v\r\n\r\n",
    "options": b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close, te\r\n\r\n",
    "absolute": b"GET http://a.example:8080/b?c HTTP/1.1\r\nHost: a\r\n\r\n",
    "multipart": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=\"x\\\"y\"\r\nContent-Length: 0\r\n\r\n",
    "smuggle": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "fold": b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
    "gzip": gzip.compress(b"hello hello hello", mtime=0),
    "deflate": zlib.compress(b"hello hello hello"),
}
for name, seed in seeds.items():
    (folder / name).write_bytes((b"\x81" if name == "deflate" else b"\x80") + seed)
