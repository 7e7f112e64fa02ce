"""Pages of the units' lanes, and of who waits for them."""

from __future__ import annotations

from portal.testing.desk import Desk
from portal.testing.workflows import HEADS
from tests.web.workflow.hands import RECEIVED, Login, main, text


def test_a_lane_is_read_by_its_unit_and_not_by_another(desk: Desk, login: Login) -> None:
    number = desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    lane = f"{number}-04"
    assert login("staf-setmen").get(f"/kasus/{lane}").status_code == 200
    assert login("staf-setpres").get(f"/kasus/{lane}").status_code == 404
    assert login("staf-setmen").get(f"/kasus/{number}").status_code == 404
    whole = text(login("karo-otlak").get(f"/kasus/{number}"))
    assert all(f"{number}-{n:02}" in whole for n in range(1, 6))


def test_a_lane_in_another_zone_shows_its_own_times(desk: Desk, login: Login) -> None:
    number = desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    lane = f"{number}-03"
    browser = login("staf-istana-tampaksiring")
    item = desk.task("isi", lane).id
    desk.world.session.rollback()
    for path in (f"/kasus/{lane}", f"/kasus/{lane}/tugas/{item}"):
        body = main(browser.get(path))
        assert " WITA" in body, path
        assert " WIB" not in body, path
    desk.act("staf-istana-tampaksiring", "terima", number=lane, record=RECEIVED)
    assert " WITA" in text(browser.get("/tugas"))
    desk.act("staf-istana-tampaksiring", "isi", number=lane, record={"uraian": "x"})
    body = main(browser.get(f"/kasus/{lane}/tugas/{item}/selesai"))
    assert " WITA" in body
    assert " WIB" not in body
    assert " WIB" not in main(browser.get(f"/kasus/{lane}"))


def test_a_lane_leads_to_the_main_case_for_what_concerns_the_whole(
    desk: Desk, login: Login
) -> None:
    number = desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    browser = login("karo-otlak")
    whole, lane = (text(browser.get(f"/kasus/{each}")) for each in (number, f"{number}-01"))
    assert f"/kasus/{number}/kelola/tunda" in whole
    assert "/kelola/" not in lane
    assert "Kelola kasus utama" in lane
    assert f'href="/kasus/{number}#tindakan"' in lane
    assert "Kelola kasus utama" not in text(login("staf-setpres").get(f"/kasus/{number}-01"))
    moved = browser.get(f"/kasus/{number}-01/kelola/tunda")
    assert moved.location == f"/kasus/{number}/kelola/tunda"


def test_one_who_waits_for_units_reads_for_how_many(desk: Desk, login: Login) -> None:
    number = desk.start("units.new", "karo-otlak")
    browser = login("karo-otlak")
    assert "5 satuan organisasi" not in text(browser.get("/permohonan"))
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    assert "menunggu 5 dari 5 satuan organisasi" in text(browser.get("/permohonan"))
    for code, n in (("setpres", 1), ("setwapres", 2)):
        lane = f"{number}-{n:02}"
        desk.act(f"staf-{code}", "isi", number=lane, record={"uraian": "x"})
        desk.act(HEADS[code], "ttd", number=lane)
    # nobody confirmed the receipt for these two, and nothing waits for it
    assert "menunggu 3 dari 5 satuan organisasi" in text(browser.get("/permohonan"))


def test_a_release_is_offered_to_the_role_named(desk: Desk, login: Login) -> None:
    number = desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    address = f"/kasus/{number}/kelola/tanpa-menunggu"
    assert address not in text(login("kabag-akin-1").get(f"/kasus/{number}"))
    browser = login("karo-otlak")
    assert "Belum selesai (5)" in text(browser.get(address))
    assert browser.submit(address, {"reason": "Dikejar waktu"}).status_code == 303
    assert desk.case(f"{number}-01").released
