"""No spelling of an internal address passes; every public one does."""

from __future__ import annotations

import pytest

from crawler.middlewares.addresses import unsafe_address_reason, unsafe_reason

INTERNAL = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7F.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0/",
    "http://127.0.0.1./",
    "http://127.000.000.001/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:1::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[v1.x]/",
    "http://169.254.169.254/latest/",
    "http://2852039166/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://1.2.3.4.5/",
    "http://127。0。0。1/",
    "http://１２７.０.０.１/",
    "http://①②⑦.0.0.1/",
    "http://%31%32%37.0.0.1/",
    "http://0x/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://ｌｏｃａｌｈｏｓｔ/",
    "http://x.localhost/",
    "http://localhost%00.example/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://intranet/",
    "http://router.lan/",
    "http://nas.home.arpa/",
]

NOT_OF_THE_WEB = [
    "file:///etc/passwd",
    "ftp://qarnabad.example/",
    "gopher://qarnabad.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "//qarnabad.example/",
    "qarnabad.example",
    "",
    "http:///path",
    "http://",
    "http://user@qarnabad.example/",
    "http://user:word@qarnabad.example/",
    "http://qarnabad.example\\@127.0.0.1/",
    "http://qarnabad.example\\x/",
    "http://qarnabad.example:22/",
    "http://qarnabad.example:6667/",
    "http://qarnabad.example:99999/",
    "http://qarnabad.example:x/",
    "http://[::1",
    "http://qarnabad..example/",
    "http://-qarnabad.example/",
    "http://qarna bad.example/",
    "http://qarnabad.example/\r\nX: y",
    "http://qarnabad\t.example/",
    "http://" + "a" * 64 + ".example/",
    "http://" + "a." * 130 + "example/",
    "http://xn--" + "ß" * 80 + ".example/",
    "http://qarnabad.example/" + "x" * 8000,
]

PUBLIC = [
    "http://qarnabad.example/",
    "HTTPS://www.qarnabad.example:8443/a?b=c#d",
    "https://qarnabad.example./",
    "https://خبر.example/مقال",
    "https://xn--mgb9awbf.example/",
    "https://a_b.example/",
    "http://8.8.8.8/",
    "http://[2606:4700::1111]/",
    "http://[64:ff9b::808:808]/",
    "https://localhost.example/",
    "https://example.com.qarnabad.example/a b",
]


@pytest.mark.parametrize("url", INTERNAL + NOT_OF_THE_WEB)
def test_unsafe_address_is_refused_with_a_reason(url: str) -> None:
    assert unsafe_reason(url)


@pytest.mark.parametrize("url", PUBLIC)
def test_public_address_passes(url: str) -> None:
    assert unsafe_reason(url) is None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/", "http://127.0.0.33/", "http://[::1]/", "http://localhost:1234/", "http://192.168.1.1/"]
)
def test_private_hosts_open_for_demo_and_tests(url: str) -> None:
    assert unsafe_reason(url)
    assert unsafe_reason(url, allow_private=True) is None


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://0.0.0.0/", "http://2130706433/", "file:///etc/passwd", "http://printer.local/"]
)
def test_metadata_and_disguises_stay_closed_even_then(url: str) -> None:
    assert unsafe_reason(url, allow_private=True)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.0.1", "::1", "fe80::1%eth0", "::ffff:10.0.0.1", "64:ff9b::a00:1", "nonsense"]
)
def test_resolved_address_off_the_internet_is_refused(address: str) -> None:
    assert unsafe_address_reason(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822"])
def test_resolved_public_address_passes(address: str) -> None:
    assert unsafe_address_reason(address) is None
