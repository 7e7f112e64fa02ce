"""The procedure of standard 11, clause II.B: officials, order, limits as the source prints them.

Slashes of the source are resolved so: in 1b, 2a–c, 3, 5a and 12 they mean each Bagian
for its own units; in 9 they mean either. Steps with ``added=True`` are not
printed: the unit's receipt and signature, the second parties' approvals, the Deputi's
signature inside step 12, and the decision to publish.
"""

from __future__ import annotations

from plugins.performance_agreement import letters
from portal.api import (
    Block,
    Checklist,
    Date,
    DateTime,
    Flag,
    LongText,
    Number,
    OfCoordinator,
    OfUnit,
    Outcome,
    PerUnit,
    Role,
    Since,
    Start,
    Supervisor,
    Text,
    Workflow,
    any_of,
    for_each_unit,
    parallel,
    review,
    sign,
    stage,
    task,
)

REPORTING = "performance_agreement.reporting"
UNITS = (
    ("setpres", "bag-akin-1"),
    ("setwapres", "bag-akin-1"),
    ("setmil", "bag-akin-1"),
    ("istana-bogor", "bag-akin-1"),
    ("istana-yogyakarta", "bag-akin-1"),
    ("istana-cipanas", "bag-akin-1"),
    ("istana-tampaksiring", "bag-akin-1"),
    ("setmen", "bag-akin-2"),
    ("dep-hukum", "bag-akin-2"),
    ("dep-hubungan", "bag-akin-2"),
    ("dep-aparatur", "bag-akin-2"),
    ("wantimpres", "bag-akin-2"),
    ("set-ksp", "bag-akin-2"),
)
"""The reporting units in the order of clause D, with the Bagian that coordinates each."""

BAGIAN = ("I", "II")
AK = "Akuntabilitas Kinerja"
PP = "Perencanaan dan Pelaporan Kinerja"
PPE = "Pemantauan, Penilaian, dan Evaluasi Kinerja"


def _bagian_roles(n: str, digit: str) -> tuple[tuple[str, Role], ...]:
    """The four roles of one Bagian (clause I.D.2)."""
    return (
        (f"kabag_{n}", Role(f"Kepala Bagian {AK} {n}", position=f"kabag-akin-{digit}")),
        (f"kasubbag_pp_{n}", Role(f"Kepala Subbagian {PP} {n}", position=f"kasubbag-ppk-{digit}")),
        (
            f"kasubbag_ppe_{n}",
            Role(f"Kepala Subbagian {PPE} {n}", position=f"kasubbag-ppe-{digit}"),
        ),
        (f"staf_{n}", Role(f"Staf Bagian {AK} {n}", position=f"staf-akin-{digit}")),
    )


ROLES: tuple[tuple[str, Role], ...] = (
    ("karo", Role("Kepala Biro Organisasi, Tata Laksana, dan Akuntabilitas Kinerja",
                  position="karo-otlak")),
    *_bagian_roles("I", "1"),
    *_bagian_roles("II", "2"),
    ("deputi", Role("Deputi Bidang Administrasi Aparatur", position="deputi-aparatur")),
    ("menteri", Role("Menteri Sekretaris Negara", position="menteri")),
    ("karo_umum", Role("Kepala Biro Umum, Sekretariat Kementerian", position="karo-umum")),
    ("analis", Role(f"Staf Bagian {AK} I/Bagian {AK} II",
                    positions=(("bag-akin-1", "staf-akin-1"), ("bag-akin-2", "staf-akin-2")))),
    ("penyusun_unit", Role("Staf satuan organisasi/satuan kerja", default="staff")),
    ("kepala_unit", Role("Pimpinan satuan organisasi/satuan kerja", default="head")),
)  # fmt: skip


def _request_drafts(n: str) -> tuple[Block, ...]:
    """2a–2c in one Bagian: the memorandum and the letter to its units."""
    return (
        task(
            f"2a.{n}", "Menyusun konsep memorandum dan surat permintaan dokumen PK", by=f"staf_{n}",
            record=letters.REQUEST,
            output="Konsep memorandum dan surat",
        ),
        review(
            f"2b.{n}", "Memeriksa konsep memorandum dan surat",
            by=any_of(f"kasubbag_pp_{n}", f"kasubbag_ppe_{n}"),
            reviews=[f"2a.{n}"], back_to=f"2a.{n}", output="Konsep yang telah diperiksa",
        ),
        review(
            f"2c.{n}", "Memeriksa konsep memorandum dan surat", by=f"kabag_{n}",
            reviews=[f"2a.{n}"], back_to=f"2a.{n}", output="Konsep yang telah diperiksa",
        ),
    )  # fmt: skip


def _distribution(n: str) -> Block:
    """Step 3 in one Bagian: registering, copying and delivering to its units."""
    return task(
        f"3.{n}",
        "Mengagendakan, menggandakan, dan mendistribusikan memorandum dan surat permintaan",
        by=f"staf_{n}",
        record=[
            Checklist("selesai", "Yang telah dikerjakan", items=(
                ("agenda", "Memorandum dan surat telah diagendakan"),
                ("ganda", "Memorandum dan surat telah digandakan"),
            )),
            PerUnit("dikirim", "Waktu penyampaian kepada setiap unit", over=REPORTING,
                    of=DateTime("waktu", "Disampaikan pada", fact="delivered")),
        ],
        effect="register-request-letters",
        output="Memorandum dan surat yang telah diagendakan dan terdistribusi",
    )  # fmt: skip


PK = Workflow(
    "pk",
    "Penyusunan Perjanjian Kinerja",
    number="PK",
    roles=ROLES,
    starts=(
        Start(
            "yearly", "Penyusunan PK tahunan", "Penyusunan Perjanjian Kinerja Tahun {tahun}",
            by=("karo",),
            record=(
                Number("tahun", "Tahun Perjanjian Kinerja", whole=True, min=2015, max=2100),
                Date("dipa", "Tanggal pengesahan DIPA", required=False,
                     help="Bila sudah ada; PK disusun paling lambat satu bulan sesudahnya."),
            ),
            help="Membuka penyusunan PK Kementerian beserta PK 13 satuan organisasi/satuan kerja.",
            needs=("Ada arahan pimpinan untuk menyusun dokumen PK Kementerian.",),
            unique=("tahun",),
        ),
    ),
    steps=(
        stage(
            "1", "Pemberian arahan dan penugasan secara berjenjang",
            task("1a", "Memberikan arahan untuk menyiapkan pengoordinasian penyusunan PK",
                 by="karo", record=[LongText("arahan", "Arahan")], output="Arahan"),
            parallel("1b", *[[
                task(f"1b.{n}", f"Menugaskan Kepala Subbagian {PP} {n}", by=f"kabag_{n}",
                     record=[LongText("penugasan", "Penugasan")], output="Penugasan"),
            ] for n in BAGIAN]),
            limit="30 menit",
        ),
        stage(
            "2", "Penyiapan memorandum dan surat permintaan dokumen PK kepada satuan "
            "organisasi/satuan kerja",
            parallel("2abc", *[_request_drafts(n) for n in BAGIAN]),
            review("2d", "Memeriksa konsep memorandum dan surat", by="karo",
                   reviews=["2a.I", "2a.II"], back_to=["2a.I", "2a.II"],
                   output="Konsep yang telah diperiksa"),
            sign("2e", "Memeriksa dan menandatangani memorandum dan surat", by="deputi",
                 signs=["2a.I", "2a.II"], back_to=["2a.I", "2a.II"],
                 output="Memorandum dan surat yang telah ditandatangani"),
            limit="2 jam",
        ),
        stage(
            "3", "Pengagendaan, penggandaan, dan pendistribusian memorandum dan surat",
            parallel("3", *[[_distribution(n)] for n in BAGIAN]),
            limit="1 hari",
        ),
        stage(
            "4", "Penyusunan dan penyampaian PK oleh satuan organisasi/satuan kerja",
            for_each_unit(
                "4.unit", "PK satuan organisasi/satuan kerja",
                task("4.terima", "Mengonfirmasi penerimaan memorandum/surat",
                     by=any_of(OfUnit("penyusun_unit"), OfUnit("kepala_unit")),
                     record=[DateTime("waktu", "Diterima pada", fact="received")],
                     outcomes=(Outcome("done", "Konfirmasi penerimaan"),),
                     added=True, detached=True, output="Tanda terima"),
                task("4", "Menyusun dan menyampaikan PK",
                     by=OfUnit("penyusun_unit"), form="unit-pk",
                     outcomes=(Outcome("done", "Sampaikan kepada pimpinan"),),
                     output="Dokumen PK satuan organisasi/satuan kerja"),
                sign("4.ttd", "Menandatangani PK sebagai pihak pertama dan menyampaikannya",
                     by=OfUnit("kepala_unit"), signs=["4"], back_to="4", effect="sign-first-party",
                     added=True, output="PK yang telah disampaikan"),
                over=REPORTING, release_by="karo",
            ),
            limit="20 hari",
            since=Since("received", fallback="delivered", wait="1 hari"),
        ),
        stage(
            "5", "Penyusunan draf PK Kementerian Sekretariat Negara",
            for_each_unit(
                "5a.unit", "Analisis PK satuan organisasi/satuan kerja",
                review("5a", "Menganalisis dokumen PK satuan organisasi/satuan kerja",
                       by=OfCoordinator("analis"), reviews=["4"], back_to="4",
                       record=[LongText("hasil", "Hasil analisis")],
                       output="Hasil analisis"),
                over=REPORTING, release_by="karo",
            ),
            task("5b", "Menyusun draf PK Kementerian berdasarkan PK satuan organisasi/satuan kerja",
                 by="staf_I", form="ministry-pk",
                 output="Draf PK Kementerian"),
            review("5c", "Memeriksa draf PK Kementerian", by="kasubbag_pp_I",
                   reviews=["5b"], back_to="5b", output="Draf yang telah diperiksa"),
            review("5d", "Memeriksa draf PK Kementerian", by="kabag_I",
                   reviews=["5b"], back_to=["5b", "4"], output="Draf yang telah diperiksa"),
            limit="5 hari",
        ),
        stage(
            "6", "Pembahasan dan finalisasi draf PK Kementerian Sekretariat Negara",
            review("6", "Memimpin pembahasan dan finalisasi draf PK Kementerian", by="karo",
                   record=[Date("tanggal", "Tanggal pembahasan"),
                           LongText("risalah", "Pokok hasil pembahasan")],
                   reviews=["5b"], back_to=["5b", "4"], output="Draf final PK Kementerian"),
            limit="3 hari",
        ),
        stage(
            "7", "Penyiapan konsep memorandum kepada Menteri dan surat penyampaian PK",
            task("7a", "Menyusun konsep memorandum dan konsep surat dengan lampiran draf final PK",
                 by="staf_I",
                 record=letters.SUBMISSION,
                 output="Konsep memorandum dan surat"),
            review("7b", "Memeriksa konsep memorandum dan surat beserta lampirannya",
                   by="kasubbag_pp_I", reviews=["7a", "5b"], back_to="7a",
                   output="Konsep yang telah diperiksa"),
            review("7c", "Memeriksa konsep memorandum dan surat beserta lampirannya",
                   by="kabag_I", reviews=["7a", "5b"], back_to="7a",
                   output="Konsep yang telah diperiksa"),
            review("7d", "Memeriksa konsep memorandum dan surat beserta lampirannya",
                   by="karo", reviews=["7a", "5b"], back_to="7a",
                   output="Konsep yang telah diperiksa"),
            sign("7e", "Memeriksa konsep surat beserta lampirannya dan menandatangani memorandum",
                 by="deputi", signs=["7a.memorandum"], reviews=["7a", "5b"], back_to="7a",
                 output="Memorandum yang telah ditandatangani"),
            task("7f", "Menyampaikan memorandum dan konsep surat kepada Menteri",
                 by="staf_I", effect="register-minister-memo",
                 record=[DateTime("waktu", "Disampaikan pada")],
                 outcomes=(Outcome("done", "Catat penyampaian"),),
                 output="Memorandum dan konsep surat tersampaikan"),
            limit="1 hari",
        ),
        stage(
            "8", "Pemeriksaan dan penandatanganan oleh Menteri Sekretaris Negara",
            sign("8", "Memeriksa dan menandatangani surat serta dokumen PK Kementerian",
                 by="menteri", signs=["7a.surat", "5b"], back_to=["7a", "5b"],
                 effect="sign-ministry-pk", output="Surat dan PK yang telah ditandatangani"),
            for_each_unit(
                "8.unit", "Persetujuan pihak kedua atas PK satuan organisasi/satuan kerja",
                sign("8.pihak2",
                     "Menandatangani PK satuan organisasi/satuan kerja sebagai pihak kedua",
                     by=Supervisor(), signs=["4"], back_to="4", effect="finalize-unit-pk",
                     added=True, output="PK satuan organisasi/satuan kerja yang final"),
                task("8.terbit", "Memutuskan publikasi PK yang menyusul", by="karo",
                     record=[Flag("izin", "Dokumen boleh diterbitkan untuk umum")],
                     outcomes=(Outcome("done", "Terbitkan"),),
                     effect="publish-unit-pk", added=True, detached=True, when="released",
                     output="PK terbit di situs publik"),
                over=REPORTING, release_by="karo",
            ),
        ),
        stage(
            "9", "Pengagendaan surat, penjilidan, dan penyampaian dokumen PK Kementerian",
            task("9", "Mengagendakan surat Menteri serta menjilid dan menyampaikan dokumen PK",
                 by=any_of("staf_I", "staf_II"),
                 record=[
                     Checklist("selesai", "Yang telah dikerjakan", items=(
                         ("agenda", "Surat Menteri telah diagendakan"),
                         ("jilid", "Dokumen PK telah dijilid"),
                     )),
                     DateTime("waktu", "Disampaikan pada"),
                 ],
                 effect="register-minister-letter",
                 output="Surat bernomor dan dokumen PK tersampaikan"),
            limit="1 hari",
        ),
        stage(
            "10", "Permohonan pencetakan dokumen PK Kementerian",
            task("10",
                 "Mengajukan permohonan pencetakan melalui memorandum kepada Kepala Biro Umum",
                 by="karo",
                 record=[
                     *letters.PRINTING,
                     Number("eksemplar", "Jumlah eksemplar", whole=True, min=1, max=10000),
                 ],
                 outcomes=(Outcome("done", "Ajukan permohonan"),),
                 effect="register-print-request", output="Memorandum permohonan pencetakan"),
            limit="3 jam",
        ),
        stage(
            "11", "Pencetakan dokumen PK Kementerian",
            task("11", "Mencetak dokumen PK Kementerian sesuai dengan permintaan", by="karo_umum",
                 record=[Number("eksemplar", "Jumlah eksemplar yang dicetak", whole=True, min=1,
                                max=10000),
                         Date("tanggal", "Tanggal selesai dicetak")],
                 outcomes=(Outcome("done", "Catat selesai dicetak"),),
                 output="Dokumen PK tercetak"),
        ),
        stage(
            "12", "Pendistribusian dokumen PK Kementerian",
            task("12.konsep", "Menyusun memorandum dan surat pengantar", by="staf_I",
                 record=letters.DISTRIBUTION,
                 added=True, output="Konsep memorandum dan surat pengantar"),
            sign("12.ttd", "Menandatangani memorandum dan surat pengantar", by="deputi",
                 signs=["12.konsep"], back_to="12.konsep", effect="register-distribution-letters",
                 added=True, output="Memorandum dan surat yang telah ditandatangani"),
            parallel("12", *[[
                task(f"12.{n}", "Mendistribusikan dokumen PK Kementerian", by=f"staf_{n}",
                     record=[PerUnit("diterima", "Penerimaan oleh setiap unit", over=REPORTING,
                                     of=Text("penerima", "Diterima oleh (jabatan) dan tanggal"))],
                     outcomes=(Outcome("done", "Catat pendistribusian"),),
                     output="Tanda terima dokumen PK"),
            ] for n in BAGIAN]),
            limit="3 hari",
        ),
        task("publikasi", "Memutuskan publikasi dokumen PK", by="karo",
             record=[Flag("izin", "Dokumen boleh diterbitkan untuk umum",
                          help="Jaminan pelayanan J.4: PK dapat diakses melalui situs web.")],
             outcomes=(Outcome("done", "Terbitkan"),),
             effect="publish-all", added=True, detached=True, output="PK terbit di situs publik"),
    ),
)  # fmt: skip
