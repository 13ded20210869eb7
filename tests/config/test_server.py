"""What the environment tells the server is read once, and nonsense is refused with a code."""

from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from compounding import logs
from compounding.config.server import KNOWN, LEVELS, ServerConfig, read_server_config
from compounding.domain.errors import LevigateError

SECRET = "0f3b9c1e7a5d2864" + "only-for-tests-only"
EVERY_CARD = "0.0.0.0"  # noqa: S104 - what is refused without a proxy.
PROXIED = {"LEVIGATE_TRUSTED_PROXY": "10.0.0.5", "LEVIGATE_ALLOWED_HOSTS": "levigate.example"}


def told(folder: Path, *, binds: bool = False, address: str | None = None, **environment: str) -> ServerConfig:
    return read_server_config({"LEVIGATE_SECRET_KEY": SECRET, **environment}, folder=folder, address=address, binds=binds)


def refusal(folder: Path, *, binds: bool = False, address: str | None = None, **environment: str) -> str:
    with pytest.raises(LevigateError) as found:
        told(folder, binds=binds, address=address, **environment)
    assert "\n" not in found.value.message
    assert SECRET not in found.value.message
    return found.value.code


def test_with_nothing_told_the_example_is_served_from_a_file_to_no_host_but_this_machine(tmp_path: Path) -> None:
    config = told(tmp_path)
    assert (config.address, config.port, config.allowed_hosts, config.trusted_proxies) == (None, None, frozenset(), ())
    assert (config.site_path, config.log_level, config.database) == (None, None, str(tmp_path / "instance" / "levigate.db"))
    assert config.secret == SECRET.encode()
    assert not config.is_plain_http


def test_the_commands_own_options_come_before_the_environment(tmp_path: Path) -> None:
    environment = {"LEVIGATE_SECRET_KEY": SECRET, "LEVIGATE_ADDRESS": "127.0.0.2", "LEVIGATE_SITE": "a.toml", "DATABASE_URL": "a.db"}
    config = read_server_config(environment, folder=tmp_path, address="127.0.0.3", port=8123, site_path=Path("b.toml"), database="b.db", binds=True)
    assert (str(config.address), config.port, config.site_path, config.database) == ("127.0.0.3", 8123, tmp_path / "b.toml", "b.db")
    config = read_server_config(environment, folder=tmp_path, binds=True)
    assert (str(config.address), config.site_path, config.database) == ("127.0.0.2", tmp_path / "a.toml", "a.db")


def test_neither_the_secret_nor_the_databases_password_stands_in_the_text_of_the_configuration(tmp_path: Path) -> None:
    config = told(tmp_path, DATABASE_URL="postgresql://ann:hunter2@db.example/records")
    assert "hunter2" not in repr(config)
    assert SECRET not in repr(config)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("LEVIGATE_ALLOWED_HOST", "LEVIGATE_ALLOWED_HOSTS"),
        ("LEVIGATE_TRUSTED_PROXIES", "LEVIGATE_TRUSTED_PROXY"),
        ("LEVIGATE_SECRET", "LEVIGATE_SECRET_KEY"),
        ("levigate_site", "LEVIGATE_SITE"),
        ("LEVIGATE_LOGLEVEL", "LEVIGATE_LOG_LEVEL"),
        ("LEVIGATE_", None),
    ],
)
def test_a_slip_in_a_name_is_refused_with_the_nearest_known_name(tmp_path: Path, name: str, meant: str | None) -> None:
    with pytest.raises(LevigateError, match="SETTING_UNKNOWN") as found:
        told(tmp_path, **{name: "x"})
    assert meant is None or f"did you mean {meant}?" in found.value.message


def test_what_the_tests_alone_read_and_other_programs_variables_are_let_stand(tmp_path: Path) -> None:
    told(tmp_path, LEVIGATE_SEED="fresh", LEVIGATE_EXAMPLES="", PATH="", LEVIGATION="x")


@pytest.mark.parametrize("name", [*KNOWN, "DATABASE_URL"])
@pytest.mark.parametrize(("value", "code"), [("", "SETTING_EMPTY"), ("  ", "SETTING_EMPTY"), ("a\nb", "SETTING_UNREADABLE"), ("a\x00b", "SETTING_UNREADABLE")])
def test_a_setting_that_is_empty_or_holds_a_line_break_is_refused(tmp_path: Path, name: str, value: str, code: str) -> None:
    assert refusal(tmp_path, **{name: value}) == code


@pytest.mark.parametrize("address", ["pharmacy.example", "127.0.0.1:8000", "127.1", "http://127.0.0.1", "*", "256.0.0.1", "[::1]"])
def test_what_is_no_address_cannot_be_bound(tmp_path: Path, address: str) -> None:
    assert refusal(tmp_path, address=address, binds=True) == "ADDRESS_NOT_VALID"
    assert refusal(tmp_path, LEVIGATE_ADDRESS=address) == "ADDRESS_NOT_VALID"


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_what_is_no_port_is_refused(tmp_path: Path, port: int) -> None:
    with pytest.raises(LevigateError, match="PORT_NOT_VALID"):
        read_server_config({"LEVIGATE_SECRET_KEY": SECRET}, folder=tmp_path, port=port)


@pytest.mark.parametrize("address", [EVERY_CARD, "::", "10.0.0.8", "192.168.1.5", "169.254.1.1", "2001:db8::1", "::ffff:10.0.0.8"])
def test_an_address_that_a_network_reaches_needs_a_proxy_and_a_host(tmp_path: Path, address: str) -> None:
    assert refusal(tmp_path, address=address, binds=True) == "PLAIN_HTTP_REFUSED"
    for name, value in PROXIED.items():
        assert refusal(tmp_path, address=address, binds=True, **{name: value}) == "PLAIN_HTTP_REFUSED"
    config = told(tmp_path, address=address, binds=True, **PROXIED)
    assert config.address == ip_address(address.removeprefix("::ffff:"))
    assert not config.is_plain_http


def test_a_loopback_address_is_plain_http_until_a_proxy_stands_before_it(tmp_path: Path) -> None:
    for address in (None, "localhost", "::1", "127.9.9.9", "::ffff:127.0.0.1"):
        assert told(tmp_path, address=address, binds=True).is_plain_http
        assert not told(tmp_path, address=address, binds=True, **PROXIED).is_plain_http


def test_hosts_beside_a_loopback_address_without_a_proxy_are_refused_instead_of_forgotten(tmp_path: Path) -> None:
    assert refusal(tmp_path, binds=True, LEVIGATE_ALLOWED_HOSTS="levigate.example") == "PLAIN_HTTP_REFUSED"
    assert told(tmp_path, binds=True, LEVIGATE_ALLOWED_HOSTS="localhost").allowed_hosts == {"localhost"}


def test_hosts_are_read_as_browsers_send_them(tmp_path: Path) -> None:
    config = told(tmp_path, LEVIGATE_ALLOWED_HOSTS=" Levigate.Pharmacy.Example, 10.0.0.8,[2001:DB8:0::1],xn--apothke-dya.example,")
    assert config.allowed_hosts == {"levigate.pharmacy.example", "10.0.0.8", "[2001:db8::1]", "xn--apothke-dya.example"}


@pytest.mark.parametrize(
    "name", ["*", "*.example", ".example", "https://a.example", "a.example:443", "a.example/", "a b", "a..b", "-a.example", "a_b.example", "apothéke.example",
             "999.1.1.1", "[::1", "[x]", "2001:db8::1", "a" * 64, ".".join(["a" * 60] * 5), "a@b"],
)  # fmt: skip
def test_what_is_no_host_name_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path, LEVIGATE_ALLOWED_HOSTS=f"levigate.example,{name}") == "HOST_NOT_VALID"


@pytest.mark.parametrize("name", ["LEVIGATE_ALLOWED_HOSTS", "LEVIGATE_TRUSTED_PROXY"])
def test_a_list_of_commas_is_empty(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path, **{name: " , ,"}) == "SETTING_EMPTY"


def test_proxies_are_addresses_and_networks(tmp_path: Path) -> None:
    config = told(tmp_path, LEVIGATE_TRUSTED_PROXY="10.0.0.5, 192.168.7.0/28,2001:db8::/64, ::ffff:10.0.0.9")
    assert config.trusted_proxies == tuple(ip_network(each) for each in ("10.0.0.5", "192.168.7.0/28", "2001:db8::/64", "10.0.0.9"))


@pytest.mark.parametrize("text", ["*", "proxy.example", "10.0.0.5/28", "10.0.0.5:443", "0.0.0.0/0", "::/0", "10.0.0.0/7", "2001::/16", "10.0.0", "/8"])
def test_what_is_no_proxy_or_everybody_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, LEVIGATE_TRUSTED_PROXY=text) == "PROXY_NOT_VALID"


def test_the_levels_are_those_of_the_log_and_another_one_is_refused(tmp_path: Path) -> None:
    assert tuple(logs.LEVELS) == LEVELS
    assert told(tmp_path, LEVIGATE_LOG_LEVEL=" Warning ").log_level == "warning"
    assert refusal(tmp_path, LEVIGATE_LOG_LEVEL="silent") == "LOG_LEVEL_UNKNOWN"


def test_the_budget_of_pages_is_a_whole_number_that_limits_and_stops_nobody_at_work(tmp_path: Path) -> None:
    assert [told(tmp_path).pages_an_hour, *(told(tmp_path, LEVIGATE_PAGES_AN_HOUR=each).pages_an_hour for each in ("200", " 1500 ", "100000"))] == [
        2000, 200, 1500, 100_000,
    ]  # fmt: skip
    for nonsense in ("199", "100001", "0", "-600", "600.0", "6e2", "many", "\u0666\u0660\u0660", "9" * 5000):
        assert refusal(tmp_path, LEVIGATE_PAGES_AN_HOUR=nonsense) == "PAGES_NOT_VALID"


@pytest.mark.parametrize("address", [":memory:", "file:records", "mysql://h/r", "sqlite://", "sqlite:///:memory:", "sqlite://host/x", "://"])
def test_what_is_no_file_and_no_postgresql_is_refused_before_a_secret_is_made(tmp_path: Path, address: str) -> None:
    with pytest.raises(LevigateError, match="DATABASE_ADDRESS"):
        read_server_config({"DATABASE_URL": address}, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "beside"),
    [
        (None, "instance"),
        ("records.db", "."),
        ("kept/records.db", "kept"),
        ("sqlite:///kept/records.db", "kept"),
        ("postgresql://ann@db.example/records", "instance"),
        ("postgres://db.example/records", "instance"),
        ("postgresql+psycopg://db.example/records", "instance"),
    ],
)
def test_the_secrets_file_stands_beside_the_database_file_or_in_instance(tmp_path: Path, address: str | None, beside: str) -> None:
    config = read_server_config({} if address is None else {"DATABASE_URL": address}, folder=tmp_path)
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("secret.key")] == [Path(beside) / "secret.key"]
    assert config.secret == read_server_config({} if address is None else {"DATABASE_URL": address}, folder=tmp_path).secret
