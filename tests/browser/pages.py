"""Every page that GET reaches: who may open it, and an address of it in the staged portal.

``ROUTES`` has a row for each route of the portal, ``SITE_ROUTES`` for each of the public site;
a test fails for a route without one. What stands in braces is filled by ``tests.browser.places``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

ANONYMOUS, OFFICIAL, ADMINISTRATOR = "", "karo-otlak", "admin"
PEOPLE = {ANONYMOUS: "anonymous", OFFICIAL: "official", ADMINISTRATOR: "administrator"}
RECEIVER, OFFICE, LEADER = "karo-tu", "staf-tu-menteri", "menteri"
"""Who receives the samples' complaints; who registers a leader's letters, and that leader."""
EVERYBODY = (ANONYMOUS, OFFICIAL, ADMINISTRATOR)
LOGGED_IN = (OFFICIAL, ADMINISTRATOR)


class Kind(Enum):
    """What an address answers with."""

    PAGE = "page"
    FILE = "file"
    ELSEWHERE = "a redirect"


@dataclass(frozen=True, slots=True)
class Route:
    """Addresses of one route, and for whom they are."""

    open_to: tuple[str, ...]
    paths: tuple[str, ...]
    kind: Kind = Kind.PAGE


def _to(people: tuple[str, ...], *paths: str, kind: Kind = Kind.PAGE) -> Route:
    return Route(people, paths, kind)


def _official(*paths: str, kind: Kind = Kind.PAGE) -> Route:
    return Route((OFFICIAL,), paths, kind)


def _admin(*paths: str, kind: Kind = Kind.PAGE) -> Route:
    return Route((ADMINISTRATOR,), paths, kind)


ROUTES: dict[str, Route] = {
    # -- everybody
    "static": _to(EVERYBODY, "/static/x/icon.svg", kind=Kind.FILE),
    "web.healthz": _to(EVERYBODY, "/healthz", kind=Kind.FILE),
    "web.readyz": _to(EVERYBODY, "/readyz", kind=Kind.FILE),
    "web.third_parties": _to(EVERYBODY, "/tentang/pihak-ketiga"),
    "auth.log_in": _to((ANONYMOUS,), "/masuk", "/masuk?next=/organisasi"),
    # -- who is logged in
    "web.start": _to(LOGGED_IN, "/", kind=Kind.ELSEWHERE),
    "web.search": _to(LOGGED_IN, "/cari", "/cari?q=anggaran"),
    "auth.profile": _to(LOGGED_IN, "/profil"),
    "auth.change_password": _to(LOGGED_IN, "/profil/sandi"),
    "delegations.mine": _to(LOGGED_IN, "/profil/delegasi"),
    "delegations.give": _to(
        LOGGED_IN, "/profil/delegasi/baru", "/profil/delegasi/baru?cari=tidak+ada+yang+begini"
    ),
    "delegations.end": _to(LOGGED_IN, "/profil/delegasi/{delegation}/akhiri"),
    "delegations.overview": _admin("/sistem/delegasi", "/sistem/delegasi?keadaan=past"),
    "auth.kept_form": _official("/profil/isian/{kept}"),
    "org.tree": _to(
        LOGGED_IN,
        "/organisasi",
        "/organisasi?cari=Akuntabilitas",
        "/organisasi?cari=tidak+ada+yang+bernama+begini",
        "/organisasi?pada=kemarin",
    ),
    "org.unit": _to(LOGGED_IN, "/organisasi/dep-aparatur", "/organisasi/bag-akin-1"),
    "officials.index": _to(LOGGED_IN, "/organisasi/pejabat", "/organisasi/pejabat?q=arsip"),
    "officials.download": _to(LOGGED_IN, "/organisasi/pejabat.csv", kind=Kind.FILE),
    "standards.index": _to(LOGGED_IN, "/standar"),
    "standards.show": _to(LOGGED_IN, "/standar/performance-agreement"),
    "standards.drawing": _to(LOGGED_IN, "/standar/performance-agreement/alur.svg", kind=Kind.FILE),
    "publishing.publications": _to(LOGGED_IN, "/publikasi"),
    "publishing.pdf": _to(LOGGED_IN, "/publikasi/{publication}/dokumen.pdf", kind=Kind.FILE),
    "workflow.tasks": _to(LOGGED_IN, "/tugas", "/tugas?saring=late"),
    "workflow.tasks_csv": _to(LOGGED_IN, "/tugas.csv", kind=Kind.FILE),
    "workflow.cases": _to(
        LOGGED_IN, "/kasus", "/kasus?q=perjanjian&keadaan=selesai", "/kasus?q=tidak+ada+yang+begini"
    ),
    "workflow.cases_csv": _to(LOGGED_IN, "/kasus.csv", kind=Kind.FILE),
    "workflow.requests_csv": _to(LOGGED_IN, "/permohonan.csv", kind=Kind.FILE),
    "workflow.mine": _to(LOGGED_IN, "/permohonan"),
    "workflow.starts": _to(LOGGED_IN, "/permohonan/baru"),
    "workflow.started": _to(("karo-umum",), "/permohonan/diterima/{audience}"),
    "workflow.start": _official("/permohonan/baru/pk.yearly"),
    # -- cases, for those whose cases they are; to be an administrator opens none
    "workflow.case": _official(
        "/kasus/{running}",
        "/kasus/{lane}",
        "/kasus/{finished}",
        "/kasus/{suspended}",
        "/kasus/{cancelled}",
        "/kasus/{returned}",
    ),
    "workflow.task": _official("/kasus/{begun}/tugas/{open}"),
    "workflow.done": _official("/kasus/{directed}/tugas/{done}/selesai"),
    "workflow.hand_over": _official("/kasus/{begun}/tugas/{open}/serahkan"),
    "workflow.withdraw": _official("/kasus/{directed}/tugas/{done}/tarik"),
    "workflow.control_case": _official(
        "/kasus/{running}/kelola/tunda",
        "/kasus/{running}/kelola/batalkan",
        "/kasus/{running}/kelola/tanpa-menunggu",
        "/kasus/{suspended}/kelola/lanjutkan",
    ),
    "workflow.ask": _to(("kasubbag-tu-menteri",), "/kasus/{audience}/tugas/{ended}/tanya"),
    "workflow.question": _to(("karo-umum",), "/kasus/{asked}/keterangan/{question}"),
    "workflow.withdraw_question": _to(
        ("staf-tu-setmen",), "/kasus/{asked}/keterangan/{question}/tarik"
    ),
    "workflow.unseal": _to((LEADER,), "/kasus/{sealed}/buka-segel"),
    "files.download": _official("/berkas/{file}", kind=Kind.FILE),
    "files.look": _official("/berkas/{file}/lihat", "/berkas/{file}/lihat/2"),
    "files.page": _official("/berkas/{file}/halaman/1.png", kind=Kind.FILE),
    # -- complaints
    "complaints.track": _to(EVERYBODY, "/pengaduan/lacak"),
    "complaints.index": _to(LOGGED_IN, "/pengaduan", "/pengaduan?daftar=ditangani"),
    "complaints.download": _to(LOGGED_IN, "/pengaduan.csv", kind=Kind.FILE),
    "complaints.new": _to(LOGGED_IN, "/pengaduan/baru"),
    "complaints.receipt": _to(LOGGED_IN, "/pengaduan/tanda-terima", kind=Kind.ELSEWHERE),
    "complaints.show": _official("/pengaduan/{my_complaint}"),
    "complaints.handle_page": _to((RECEIVER,), "/pengaduan/{complaint}/tangani"),
    "complaints.settings": _admin("/sistem/pengaduan"),
    # -- pages of the plugins
    "leadership_service.letters": _to(
        (OFFICE, LEADER),
        "/layanan/leadership-service/surat",
        "/layanan/leadership-service/surat?keamanan=B&tahun=2026",
        "/layanan/leadership-service/surat?cari=tidak+ada+yang+begini",
    ),
    "leadership_service.letters_csv": _to(
        (OFFICE, LEADER), "/layanan/leadership-service/surat.csv", kind=Kind.FILE
    ),
    "leadership_service.sheet": _to(
        (OFFICE, LEADER),
        "/layanan/leadership-service/lembar/{answered_letter}",
        "/layanan/leadership-service/lembar/{oral}",
    ),
    "leadership_service.agenda": _to(
        (OFFICE, LEADER),
        "/layanan/leadership-service/agenda",
        "/layanan/leadership-service/agenda?tampilan=hari",
        "/layanan/leadership-service/agenda?tanggal=2020-01-06",
    ),
    "leadership_service.agenda_csv": _to(
        (OFFICE, LEADER), "/layanan/leadership-service/agenda.csv", kind=Kind.FILE
    ),
    "leadership_service.agenda_calendar": _to(
        (OFFICE, LEADER), "/layanan/leadership-service/agenda.ics", kind=Kind.FILE
    ),
    "leadership_service.meeting": _to(
        (OFFICE, LEADER), "/layanan/leadership-service/agenda/1.ics", kind=Kind.FILE
    ),
    "notifications.index": _to(LOGGED_IN, "/layanan/notifications"),
    "performance_agreement.overview": _official(
        "/layanan/performance-agreement/", "/layanan/performance-agreement/?kasus={finished}"
    ),
    "performance_agreement.document": _official(
        "/layanan/performance-agreement/naskah/{finished}",
        "/layanan/performance-agreement/naskah/{lane}",
    ),
    # -- administration
    "web.system": _admin("/sistem"),
    "accounts.index": _admin("/sistem/pengguna", "/sistem/pengguna?cari=karo"),
    "accounts.new": _admin("/sistem/pengguna/baru"),
    "accounts.show_person": _admin("/sistem/pengguna/{person}", "/sistem/pengguna/{newcomer}"),
    "accounts.open_account": _admin("/sistem/pengguna/{newcomer}/akun"),
    "accounts.act": _admin(
        "/sistem/pengguna/{person}/atur-ulang-sandi", "/sistem/pengguna/{person}/nonaktifkan"
    ),
    "sessions.index": _admin("/sistem/sesi", "/sistem/sesi?cari=tidak+ada"),
    "log.index": _admin(
        "/sistem/catatan",
        "/sistem/catatan?rantai=case",
        "/sistem/catatan?sampai=2000-01-01",
    ),
    "log.show": _admin("/sistem/catatan/1"),
    "log.download": _admin("/sistem/catatan/unduh.csv", kind=Kind.FILE),
    "jobs.index": _admin("/sistem/pekerjaan", "/sistem/pekerjaan?keadaan=gagal"),
    "jobs.discard": _admin("/sistem/pekerjaan/{failed_job}/buang"),
    "jobs.show": _to(LOGGED_IN, "/pekerjaan/{done_job}"),
    "letters.index": _official("/register", "/register?q=tidak+ada+yang+begini"),
    "letters.download": _official("/register/unduh.csv", kind=Kind.FILE),
    "registers.index": _admin("/sistem/register", "/sistem/register?tahun=1999"),
    "registers.show": _admin("/sistem/register/1", "/sistem/register/1?keadaan=dibatalkan"),
    "registers.download": _admin("/sistem/register/1/unduh.csv", kind=Kind.FILE),
    "calendar.index": _admin("/sistem/kalender", "/sistem/kalender?tahun=2030"),
    "calendar.add": _admin("/sistem/kalender/tambah"),
    "calendar.remove": _admin("/sistem/kalender/hapus?tanggal=2026-12-25"),
    "calendar.import_": _admin("/sistem/kalender/impor"),
    "calendar.template": _admin("/sistem/kalender/templat.csv", kind=Kind.FILE),
    "workflow_admin.cases": _admin(
        "/sistem/kasus", "/sistem/kasus?nomor={running}", "/sistem/kasus?nomor=PK-1999-0001"
    ),
    "workflow_admin.move": _admin("/sistem/kasus/tugas/{open}"),
    "workflow_admin.roles": _admin("/sistem/peran"),
    "workflow_admin.add_binding": _admin("/sistem/peran/pk/tetapkan"),
    "plugins.index": _admin("/sistem/plugin"),
    "org_admin.overview": _admin("/sistem/organisasi"),
    "org_admin.check": _admin("/sistem/organisasi/periksa"),
    "org_admin.add_unit": _admin("/sistem/organisasi/unit/baru"),
    "org_admin.edit_unit": _admin("/sistem/organisasi/unit/setpres"),
    "org_admin.add_position": _admin("/sistem/organisasi/jabatan/baru"),
    "org_admin.edit_position": _admin("/sistem/organisasi/jabatan/karo-otlak"),
    "org_admin.holders.assign": _admin("/sistem/organisasi/jabatan/karo-otlak/pejabat"),
    "org_admin.holders.end": _admin("/sistem/organisasi/pejabat/{holder}/akhiri"),
    "org_admin.people.list_people": _admin("/sistem/organisasi/orang"),
    "org_admin.people.edit": _admin("/sistem/organisasi/orang/{person}"),
    "org_admin.people.add": _admin("/sistem/organisasi/orang/baru"),
    "org_admin.csv.upload": _admin("/sistem/organisasi/impor"),
    "org_admin.csv.preview": _admin("/sistem/organisasi/impor/{draft}"),
    "org_admin.csv.export": _admin("/sistem/organisasi/ekspor/units.csv", kind=Kind.FILE),
}

STATES: tuple[tuple[str, str], ...] = (
    ("staf-akin-1", "/tugas"),
    ("staf-akin-2", "/kasus/{returned}/tugas/{sent_back}"),
    ("kasubbag-ppe-1", "/kasus/{shared}/tugas/{common}"),
    ("kasubbag-ppe-1", "/kasus/{shared}/tugas/{common}/serahkan"),
    ("staf-istana-cipanas", "/kasus/{mending}"),
    ("staf-istana-cipanas", "/kasus/{mending}/tugas/{mend}"),
    ("staf-setpres", "/pengaduan"),
    ("staf-setpres", "/pengaduan/{answered}"),
    ("kabag-protokol-tup", "/pengaduan/{delegated}/tangani"),
    ("karo-tu", "/pengaduan/{delegated}/tangani"),
    ("sesmen", "/pengaduan/{hidden}/tangani"),
    ("kepala-inspektorat", "/pengaduan/{hidden}/tangani"),
    ("kepala-inspektorat", "/pengaduan/{of_minister}/tangani"),
    ("staf-tu-menteri", "/tugas"),
    ("staf-tu-menteri", "/permohonan/baru"),
    ("staf-tu-menteri", "/permohonan/baru/leadership.letter"),
    ("staf-tu-menteri", "/kasus/{answered_letter}"),
    ("staf-tu-menteri", "/kasus/{received}"),
    ("menteri", "/tugas"),
    ("menteri", "/kasus/{sealed}"),
    ("menteri", "/kasus/{oral}"),
    ("kasubbag-tu-menteri", "/layanan/leadership-service/agenda"),
    ("karo-umum", "/permohonan"),
    ("karo-umum", "/permohonan/baru/leadership.audience"),
    ("karo-umum", "/kasus/{audience}"),
)
"""(log-in name, address) of pages in states that no address above shows."""

SITE_ROUTES: dict[str, tuple[str, ...]] = {
    "static": (),
    "index": ("/",),
    "year": ("/pk/2026/",),
    "unit": ("/unit/setpres/",),
    "document": ("/pk/2026/ksn/", "/pk/2026/setpres/v1/"),
    "file": (),
    "about": ("/tentang/",),
    "data": ("/data/",),
    "data_index": (),
    "missing_page": ("/404.html",),
}
"""Pages of the public site by the routes that it is frozen from."""
