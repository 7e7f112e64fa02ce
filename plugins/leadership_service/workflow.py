"""The procedure of standard 5, clause II.B: service to the leadership, letter and event.

One workflow serves the three offices; the field ``pimpinan`` of the start says for
whom. Step 4b3 runs for all three although the source names two: an assumption of ours.
Steps with ``added=True`` are not printed: recording when a meeting ended, the telaahan
itself, and the leader's confirmation of an oral direction.

Of a sealed letter the register knows number and dates. What the leader writes into a
field with ``sealed=True`` stays with the leader; the direction is what the office reads.
"""

from __future__ import annotations

from portal.api import (
    Block,
    ByField,
    Checklist,
    Date,
    DateTime,
    Files,
    Flag,
    Letter,
    LongText,
    Outcome,
    Proxy,
    Role,
    Rows,
    Select,
    Since,
    Start,
    Text,
    Workflow,
    again,
    choice,
    stage,
    task,
)

LEADERS: tuple[tuple[str, str], ...] = (
    ("menteri", "Menteri Sekretaris Negara"),
    ("sesmen", "Sekretaris Kementerian Sekretariat Negara"),
    *((f"staf-ahli-{n}", f"Staf Ahli Menteri Sekretaris Negara {n}") for n in range(1, 6)),
)
"""The leaders served, by the code of their position."""


def office_of(leader: str) -> str:
    """The office that serves a leader: the last part of its positions' codes."""
    return {"menteri": "menteri", "sesmen": "setmen"}.get(leader, "staf-ahli")


def _by_leader(prefix: str) -> tuple[tuple[str, str], ...]:
    return tuple((leader, f"{prefix}-{office_of(leader)}") for leader, _title in LEADERS)


OFFICES = "TU Menteri Sekretaris Negara/Sekretaris Kementerian Sekretariat Negara/Staf Ahli"
ROLES: tuple[tuple[str, Role], ...] = (
    ("staf", Role(f"Staf Subbagian {OFFICES}", positions=_by_leader("staf-tu"))),
    ("kasubbag", Role(f"Kepala Subbagian {OFFICES}", positions=_by_leader("kasubbag-tu"))),
    ("pimpinan", Role("Menteri Sekretaris Negara/Sekretaris Kementerian/Staf Ahli",
                      positions=tuple((leader, leader) for leader, _title in LEADERS))),
)  # fmt: skip
STAF, KASUBBAG, PIMPINAN = (ByField(role, "pimpinan") for role, _role in ROLES)

KINDS = (
    ("surat", "Surat atau memorandum"),
    ("audiensi", "Permohonan audiensi atau acara rapat"),
    ("kehadiran", "Permohonan kehadiran sebagai pembicara, pelantik, atau pemimpin rapat"),
    ("undangan", "Undangan resmi atau tidak resmi"),
    ("perjalanan", "Perjalanan dinas"),
    ("tertutup", "Surat sangat rahasia/pribadi dalam amplop tertutup"),
)
ORAL = ("audiensi", "kehadiran", "undangan", "perjalanan", "tertutup")
"""Provisional kinds for which the leader's direction may be oral (note to step 1)."""

SORTED = (
    ("telaah", "a. Perlu telaahan/analisis lebih lanjut untuk dilaporkan kepada pimpinan"),
    ("balasan", "a. Langsung dibuatkan konsep surat balasan"),
    ("audiensi", "b. Audiensi atau acara rapat: disetujui"),
    ("audiensi-tolak", "b. Audiensi atau acara rapat: tidak disetujui, dibalas"),
    ("kehadiran", "c. Kehadiran pimpinan: disetujui"),
    ("kehadiran-tolak", "c. Kehadiran pimpinan: tidak disetujui, dibalas"),
    ("undangan", "d. Undangan: dihadiri"),
    ("undangan-tolak", "d. Undangan: tidak dihadiri, dibalas"),
    ("arsip", "Cukup diketahui pimpinan, tanpa tindak lanjut"),
)
LATER = "-2"
"""Behind the number of a step that is taken again, after a telaahan."""
SPEEDS = (("biasa", "Biasa"), ("segera", "Segera"), ("sangat-segera", "Sangat segera"))
LEVELS = (("B", "Biasa (B)"), ("T", "Terbatas (T)"), ("R", "Rahasia (R)"),
          ("SR", "Sangat rahasia (SR)"))  # fmt: skip
REPLY = "balasan|audiensi-tolak|kehadiran-tolak|undangan-tolak"
EVENT = "audiensi|kehadiran|undangan"


def _direction(id: str, *, added: bool = False) -> Block:
    """The leader's direction, written or recorded by the Kepala Subbagian when oral."""
    return task(
        id, "Memberikan arahan", by=PIMPINAN,
        record=[LongText("arahan", "Arahan/disposisi", help="Dibaca oleh kepala subbagian."),
                Select("sifat", "Kecepatan", choices=SPEEDS),
                LongText("pokok", "Catatan atas surat tertutup", required=False, sealed=True,
                         help="Pengirim, hal, dan isinya; hanya pimpinan yang dapat membacanya."),
                Text("hal", "Hal yang boleh dicatat pada buku agenda", required=False, sealed=True,
                     max=300, help="Kosongkan bila tidak ada yang boleh dicatat.")],
        effect="give-direction",
        outcomes=(Outcome("done", "Berikan arahan"),),
        proxy=Proxy(KASUBBAG, "Mengonfirmasi arahan lisan", when=("1.jenis", ORAL)),
        added=added, output="Arahan pimpinan",
    )  # fmt: skip


def _sorting(id: str, kinds: tuple[tuple[str, str], ...], *, added: bool = False) -> Block:
    """Sorting and studying the direction; several kinds at once are possible."""
    return task(
        id, "Memilah dan menelaah disposisi/arahan pimpinan", by=KASUBBAG, reviews=["2"],
        record=[Select("jenis", "Tindak lanjut (dapat lebih dari satu)", choices=kinds, many=True)],
        effect="sort-again" if added else "sort",
        added=added, output="Pilihan tindak lanjut",
    )  # fmt: skip


def _named(title: str, suffix: str) -> str:
    """A stage after a telaahan says so: two of one title would be hard to tell apart."""
    return f"{title} (sesudah telaahan)" if suffix else title


def _reply(suffix: str = "") -> tuple[Block, ...]:
    """4a: drafting by the Kepala Subbagian and distribution by staff, one limit."""
    return (
        stage(
            "4a" + suffix, _named("Penyusunan dan pendistribusian surat/memorandum", suffix),
            task("4a" + suffix, "Menyusun konsep surat/memorandum dan menugaskan staf",
                 by=KASUBBAG, record=[Letter("konsep", "Surat/memorandum")],
                 outcomes=(Outcome("done", "Tugaskan staf mendistribusikan"),),
                 effect="register-reply", added=bool(suffix), output="Konsep surat/memorandum"),
            task(f"4a{suffix}.kirim", "Mendistribusikan surat/memorandum sesuai arahan pimpinan",
                 by=STAF, record=[DateTime("waktu", "Didistribusikan pada"),
                                  Text("cara", "Cara pendistribusian", required=False)],
                 outcomes=(Outcome("done", "Catat pendistribusian"),), reviews=["4a" + suffix],
                 added=True, output="Surat/memorandum terdistribusi"),
            limit="30 menit", added=bool(suffix),
        ),
    )  # fmt: skip


def _event(suffix: str = "") -> tuple[Block, ...]:
    """4b: planning, coordination, copying, and the report of the meeting."""
    extra = bool(suffix)
    return (
        stage(
            "4b1" + suffix, _named("Penyusunan rencana acara", suffix),
            task("4b1" + suffix, "Menyusun rencana acara berdasarkan skala prioritas", by=KASUBBAG,
                 record=[
                     Text("judul", "Nama acara", max=300),
                     DateTime("mulai", "Mulai", future=True),
                     DateTime("selesai", "Rencana selesai", future=True,
                              fact="meeting_planned_end" + suffix),
                     Text("tempat", "Tempat"),
                     Select("prioritas", "Skala prioritas", choices=(
                         ("tinggi", "Tinggi"), ("sedang", "Sedang"), ("rendah", "Rendah"),
                     )),
                     Select("urgensi", "Urgensi waktu", choices=(
                         ("mendesak", "Mendesak"), ("terjadwal", "Terjadwal"),
                         ("fleksibel", "Dapat digeser"),
                     )),
                 ],
                 effect="enter-agenda",
                 outcomes=(Outcome("done", "Masukkan ke agenda pimpinan"),),
                 added=extra, output="Rencana acara dalam agenda pimpinan"),
            limit="20 menit", added=extra,
        ),
        stage(
            "4b2" + suffix, _named("Koordinasi acara", suffix),
            task("4b2" + suffix, "Melakukan koordinasi", by=KASUBBAG,
                 record=[
                     Flag("perlu_undangan", "Surat undangan diperlukan", required=False),
                     Text("undangan", "Nomor atau keterangan surat undangan", required=False,
                          help="Diisi bila surat undangan diperlukan."),
                     Rows("pihak", "Pihak yang terlibat", columns=(
                         Text("nama", "Nama atau instansi"),
                         Select("hadir", "Kehadiran", choices=(
                             ("hadir", "Hadir"), ("tidak", "Tidak hadir"),
                             ("wakil", "Diwakili"), ("tunggu", "Menunggu kabar"),
                         )),
                     )),
                     Rows("bahan", "Bahan/materi", min=0, columns=(
                         Text("judul", "Bahan"), Text("penyiap", "Disiapkan oleh"),
                     )),
                     Rows("susunan", "Susunan acara", columns=(
                         Text("waktu", "Waktu", max=40), Text("kegiatan", "Kegiatan"),
                     )),
                 ],
                 effect="coordinate", added=extra,
                 output="Daftar pihak, konfirmasi kehadiran, bahan, dan susunan acara"),
            limit="30 menit", added=extra,
        ),
        stage(
            "4b3" + suffix, _named("Penggandaan dan pendistribusian bahan", suffix),
            task("4b3" + suffix, "Menggandakan dan mendistribusikan bahan/materi", by=STAF,
                 reviews=["4b2" + suffix],
                 record=[Checklist("selesai", "Yang telah dikerjakan", items=(
                     ("ganda", "Bahan/materi telah digandakan"),
                     ("bagi", "Bahan/materi telah didistribusikan"),
                 ))], added=extra, output="Bahan/materi diterima peserta"),
            limit="20 menit", added=extra,
        ),
        stage(
            "4b4" + suffix, _named("Laporan hasil rapat", suffix),
            task(f"4b4{suffix}.selesai", "Mencatat waktu selesai rapat", by=KASUBBAG,
                 record=[DateTime("waktu", "Rapat selesai pada", fact="meeting_ended" + suffix)],
                 outcomes=(Outcome("done", "Catat waktu selesai"),), added=True,
                 output="Waktu selesai rapat"),
            task("4b4" + suffix, "Menganalisis dan membuat laporan hasil rapat", by=KASUBBAG,
                 record=[LongText("laporan", "Laporan hasil rapat", max=20000),
                         LongText("tindak_lanjut", "Tindak lanjut", required=False)],
                 added=extra, output="Laporan hasil rapat"),
            limit="30 menit", added=extra,
            since=Since("meeting_ended" + suffix, fallback="meeting_planned_end" + suffix),
        ),
    )  # fmt: skip


def _study() -> tuple[Block, ...]:
    """A telaahan goes back to the leader and to a new choice, beside the other branches."""
    return (
        stage(
            "3a", "Telaahan dan arahan lanjutan",
            task("3a.telaah", "Menyusun telaahan untuk dilaporkan kepada pimpinan", by=KASUBBAG,
                 record=[LongText("telaahan", "Telaahan", max=20000)], added=True,
                 outcomes=(Outcome("done", "Laporkan kepada pimpinan"),), output="Telaahan"),
            _direction("3a.arahan", added=True),
            _sorting("3a.pilah", SORTED, added=True),
            added=True,
        ),
        choice("3a.lanjut", on="3a.pilah.jenis", many=True, branches={
            "telaah": (again("3a.ulang", to="3a.telaah"),),
            REPLY: _reply(LATER),
            EVENT: _event(LATER),
            "arsip": (),
        }),
    )  # fmt: skip


LETTER_FIELDS = (
    Select("pimpinan", "Untuk pimpinan", choices=LEADERS),
    Text("asal", "Surat dari", required=False, max=300,
         help="Instansi atau pejabat pengirim; kosongkan untuk amplop tertutup."),
    Text("nomor", "Nomor surat", max=100, help="Bila tidak ada, tulis tanda hubung."),
    Date("tanggal", "Tanggal surat"),
    DateTime("diterima", "Diterima pada"),
    Flag("tertutup", "Amplop tertutup: sangat rahasia atau pribadi (tidak dibuka)",
         required=False,
         help="Langsung diserahkan kepada pimpinan; hanya nomor dan tanggal yang dicatat."),
    Text("hal", "Hal", required=False, max=300,
         help="Wajib untuk surat yang dibuka; kosongkan untuk amplop tertutup."),
    Select("keamanan", "Klasifikasi keamanan", choices=LEVELS),
    Select("kecepatan", "Kecepatan menurut surat", choices=SPEEDS, required=False,
           help="Seperti tertulis pada surat atau sampulnya; arahan pimpinan dapat mengubahnya."),
    Text("lampiran", "Lampiran", required=False, max=100),
    Files("berkas", "Salinan surat", required=False,
          help="Hasil pindai; tidak untuk amplop tertutup."),
)  # fmt: skip

REQUEST_FIELDS = (
    Select("pimpinan", "Pimpinan yang dimohon", choices=LEADERS),
    Text("asal", "Pemohon (nama, jabatan, instansi)", max=300),
    Text("hal", "Perihal", max=300),
    LongText("uraian", "Uraian permohonan"),
    DateTime("usul", "Waktu yang diusulkan", required=False, future=True),
    Text("tempat", "Tempat", required=False),
    Files("berkas", "Berkas pendukung", required=False),
)


def _letter(key: str, title: str) -> Start:
    return Start(
        key, title, "{asal}: {hal}", by=("staf",), record=LETTER_FIELDS, manage=(KASUBBAG,),
        requires=("own-office", "sealed-empty"), sealed_for=(PIMPINAN, "tertutup"),
        sealed_title="Surat tertutup",
        help="Dicatat oleh staf subbagian tata usaha pimpinan.",
    )  # fmt: skip


def _request(key: str, title: str, help: str) -> Start:
    return Start(
        key, title, title + ": {hal}", record=REQUEST_FIELDS, manage=(KASUBBAG,), help=help,
        needs=("Berkepentingan dengan ketatausahaan, acara, atau kegiatan pimpinan.",),
    )  # fmt: skip


LEADERSHIP = Workflow(
    "leadership",
    "Pelayanan kepada pimpinan",
    number="PP",
    roles=ROLES,
    starts=(
        _letter("letter", "Surat masuk"),
        _letter("memorandum", "Memorandum masuk"),
        _request("audience", "Permohonan audiensi atau rapat",
                 "Untuk bertemu atau mengadakan rapat dengan pimpinan."),
        _request("attendance", "Permohonan kehadiran pimpinan",
                 "Sebagai pembicara, pejabat pelantik, pemimpin rapat, dan lain-lain."),
        _request("invitation", "Undangan kepada pimpinan", "Undangan resmi atau tidak resmi."),
    ),
    steps=(
        stage(
            "1", "Penerimaan, pencatatan, dan lembar disposisi",
            task("1", "Menerima, mencatat, dan memberikan lembar disposisi pimpinan", by=STAF,
                 record=[Select("jenis", "Jenis sementara", choices=KINDS)],
                 outcomes=(Outcome("done", "Catat dan serahkan kepada pimpinan"),),
                 effect="register-letter", output="Surat tercatat dengan lembar disposisi"),
            limit="5 menit",
        ),
        stage("2", "Arahan pimpinan", _direction("2"), limit="15 menit"),
        stage("3", "Pemilahan dan penelaahan", _sorting("3", SORTED), limit="10 menit"),
        choice("4", on="3.jenis", many=True, branches={
            "telaah": _study(),
            REPLY: _reply(),
            EVENT: _event(),
            "arsip": (),
        }),
    ),
)  # fmt: skip
