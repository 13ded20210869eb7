"""Two finished worksheets, English for white petrolatum and French for zinc oxide."""

from dataclasses import replace

from compounding.domain.label_content import Field, Table, WorksheetContent, WorksheetStep

ENGLISH_WORKSHEET = WorksheetContent(
    language="en-CA",
    title="Worksheet SP-20261122-01",
    draft_marks=(),
    heading="Compounding worksheet: sodium thiosulfate pentahydrate 25 % w/w in white petrolatum",
    identity=(
        Field(name="Patient", value="Ana Example, born 1961-04-03"),
        Field(name="Prescription", value="Rx 700123"),
        Field(name="Preparation", value="SP-20261122-01"),
        Field(name="Prescriber", value="Dr Theo Test, licence 12345"),
        Field(name="Amount to hand out", value="60 g"),
        Field(name="Amount to make", value="63 g (5 % overage)"),
        Field(name="Formula", value="Sodium thiosulfate 25 % in petrolatum, version 3, approved 2026-10-02"),
        Field(name="Made on", value="2026-11-22"),
        Field(name="Beyond-use date", value="2027-05-20"),
        Field(name="Room temperature", value=""),
        Field(name="Balance", value=""),
    ),
    alerts=("Allergies: ZINC (rash from zinc oxide cream, 2019). Do not use any zinc base or a tool that held one.",),
    notes=("Strength is read as the USP article, the pentahydrate. Prescriber authenticity not verified.",),
    weighing_heading="Weighing",
    weighing=Table(
        headings=("Component", "Weigh", "Tolerance", "Lot and expiry", "Weighed", "Done by", "Witness"),
        rows=(
            ("Sodium thiosulfate pentahydrate", "15.76 g", "15.60 g to 15.92 g", "", "", "", ""),
            ("Mineral oil, heavy", "3.15 g", "3.12 g to 3.18 g", "MO-4471, 2027-08-31", "", "", ""),
            ("White petrolatum", "44.09 g", "43.65 g to 44.53 g", "WP-0932, 2028-01-31", "", "", ""),
        ),
        widths=(22, 15, 15, 16, 14, 10, 10),
        emphasised_columns=(1,),
    ),
    weighing_notes=("Tare the paper first. The balance reads 0.01 g; the smallest amount it may weigh is 1.00 g.",),
    derivation_heading="Where the figures come from",
    derivation=Table(
        headings=("Figure", "Calculation", "Result"),
        rows=(
            ("Total to make", "60 g × 1.05", "63.00 g"),
            ("Drug, exact", "63.00 g × 25 % w/w", "15.75 g"),
            ("Drug, corrected for the lot", "15.75 g × 63.71 % ÷ 63.66 % (assay 99.9 %, water 36.3 %)", "15.76 g"),
            ("Mineral oil", "63.00 g × 5 % w/w", "3.15 g"),
            ("White petrolatum", "63.00 g less 15.76 g less 3.15 g", "44.09 g"),
        ),
        widths=(26, 54, 20),
    ),
    equipment_heading="Equipment",
    equipment=("Glass mortar and pestle, or disposable ones", "New spatula and ointment pad", "Sieve, 150 µm (100 mesh) or finer", "Gloves, mask, goggles"),
    procedure_heading="Procedure",
    procedure=(
        WorksheetStep(text="Clean the bench and the tools. No tool that held zinc oxide is used.", sign="Compounder"),
        WorksheetStep(text="A second person has calculated the amounts again, without seeing these, and agrees.", sign="Second person"),
        WorksheetStep(text="Powder the sodium thiosulfate and pass it through the sieve. Keep it below 40 °C: it melts in its own water at about 48 °C."),
        WorksheetStep(text="Weigh the drug. The witness reads container, lot and balance before anything is mixed.", sign="Witness"),
        WorksheetStep(text="Levigate with the mineral oil until no grit is felt between the fingers."),
        WorksheetStep(
            text="Add the white petrolatum in equal parts by geometric dilution, mixing until uniform after each. Do not use heat and do not add water."
        ),
        WorksheetStep(text="Fill the jar, close it, put the label on.", sign="Compounder"),
    ),
    quality_heading="Quality",
    quality=Table(
        headings=("Test", "Limit", "Found", "Meets"),
        rows=(
            ("Look", "White, smooth, no grit, no liquid", "", ""),
            ("Weight of what was made", "61.7 g to 63.0 g", "", ""),
            ("Weight in the jar", "at least 60.0 g", "", ""),
        ),
        widths=(25, 35, 25, 15),
    ),
    finish_heading="Finish",
    finish=(
        Field(name="Container", value="Amber jar, 60 g"),
        Field(name="Labels printed", value=""),
        Field(name="Leaflet given", value=""),
        Field(name="Remarks", value=""),
    ),
    signatures_heading="Signatures",
    signatures=Table(
        headings=("Role", "Name and licence", "Signature", "Date and time"),
        rows=(
            ("Clinical assessment (pharmacist)", "", "", ""),
            ("Compounder", "", "", ""),
            ("Final check (never the compounder)", "", "", ""),
        ),
        widths=(26, 28, 26, 20),
    ),
    references_heading="References",
    references=("USP <795>, official 2023-11-01.", "NAPRA Model Standards for Pharmacy Compounding of Non-sterile Preparations, 2018."),
    footer=("SP-20261122-01, page {page} of {pages}", "Example Pharmacy, 1 Main St, Vancouver BC. Keep for 3 years."),
    code="LVG1:SP-20261122-01:7f3a9c0e",
)

FRENCH_WORKSHEET = replace(
    ENGLISH_WORKSHEET,
    language="fr-CA",
    title="Feuille ZN-20261122-02",
    draft_marks=("ÉBAUCHE : formule non approuvée, ne pas remettre", "Exemple"),
    heading="Feuille de préparation : thiosulfate de sodium pentahydraté 25 % p/p dans une pommade à l'oxyde de zinc",
    identity=(
        Field(name="Patiente", value="Zoé Lœuillet-Exemple, née le 3 avril 1961"),
        Field(name="Ordonnance", value="700124"),
        Field(name="Préparation", value="ZN-20261122-02"),
    ),
    alerts=("Allergies : aucune connue, demandé le 22 novembre 2026 par M. Essai.", "CONTIENT DE L'OXYDE DE ZINC : 15 % p/p dans le produit fini."),
    weighing_heading="Pesée",
    weighing=Table(
        headings=("Composant", "Peser", "Tolérance", "Lot et péremption", "Pesé", "Par", "Témoin"),
        rows=(
            ("Thiosulfate de sodium pentahydraté", "15,76 g", "15,60 g à 15,92 g", "", "", "", ""),
            ("Huile minérale lourde", "3,15 g", "3,12 g à 3,18 g", "", "", "", ""),
            ("Pommade à l'oxyde de zinc 20 %", "44,09 g", "43,65 g à 44,53 g", "", "", "", ""),
        ),
        widths=(22, 15, 15, 16, 14, 10, 10),
        emphasised_columns=(1,),
    ),
    notes=("Teneur comprise comme celle du pentahydrate (article USP). Authenticité du prescripteur non vérifiée.",),
    weighing_notes=("Tarer d'abord le papier. La balance lit 0,01 g ; elle ne doit pas peser moins de 1,00 g.",),
    derivation_heading="D'où viennent les chiffres",
    derivation=Table(
        headings=("Chiffre", "Calcul", "Résultat"),
        rows=(
            ("Total à préparer", "60 g × 1,05", "63,00 g"),
            ("Principe actif, exact", "63,00 g × 25 % p/p", "15,75 g"),
            ("Huile minérale", "63,00 g × 5 % p/p", "3,15 g"),
        ),
        widths=(26, 54, 20),
    ),
    equipment_heading="Matériel",
    equipment=("Mortier et pilon de verre", "Tamis, 150 µm (100 mesh) ou plus fin", "Gants, masque, lunettes"),
    procedure_heading="Mode opératoire",
    procedure=(
        WorksheetStep(text="Nettoyer la paillasse et les outils.", sign="Préparateur"),
        WorksheetStep(text="Une deuxième personne a refait le calcul sans voir celui-ci et obtient les mêmes quantités.", sign="Deuxième personne"),
        WorksheetStep(text="Pulvériser le thiosulfate de sodium et le tamiser. Rester sous 40 °C."),
        WorksheetStep(text="Léviger avec l'huile minérale jusqu'à ce qu'aucun grain ne se sente."),
        WorksheetStep(text="Incorporer la pommade à l'oxyde de zinc par parties égales. Ne pas chauffer, ne pas ajouter d'eau."),
        WorksheetStep(text="Remplir le pot, le fermer, l'étiqueter.", sign="Préparateur"),
    ),
    quality_heading="Qualité",
    quality=Table(
        headings=("Essai", "Limite", "Trouvé", "Conforme"),
        rows=(("Aspect", "Blanc, lisse, sans grain", "", ""), ("Masse dans le pot", "au moins 60,0 g", "", "")),
        widths=(25, 35, 25, 15),
    ),
    finish_heading="Fin",
    finish=(Field(name="Contenant", value="Pot ambré, 60 g"), Field(name="Étiquettes imprimées", value=""), Field(name="Remarques", value="")),
    signatures_heading="Signatures",
    signatures=Table(
        headings=("Rôle", "Nom et permis", "Signature", "Date et heure"),
        rows=(("Évaluation clinique (pharmacien)", "", "", ""), ("Préparateur", "", "", ""), ("Vérification finale", "", "", "")),
        widths=(26, 28, 26, 20),
    ),
    references_heading="Références",
    references=("Normes modèles de l'ANORP pour les préparations non stériles, 2018.",),
    footer=("ZN-20261122-02, page {page} de {pages}", "Pharmacie Exemple, 1, rue Principale, Montréal"),
    code="LVG1:ZN-20261122-02:0b9d55e1",
)
