"""What the founding article says, claim by claim: what is there to be read only says so, and where a cited paper differs it is shown."""

from flask import Blueprint, render_template

from compounding.domain.evidence import ClaimStatus, Topic
from compounding.web.pharmacy import current_pharmacy

blueprint = Blueprint("evidence", __name__)

TOPICS = {
    Topic.TOPICAL_SODIUM_THIOSULFATE: "Topical sodium thiosulfate",
    Topic.DISEASE: "Calcinosis",
    Topic.RISK: "Who is at risk",
    Topic.DIAGNOSIS: "How it is found",
    Topic.GENERAL_MEASURES: "What helps in general",
    Topic.INJECTION: "Injected sodium thiosulfate",
    Topic.COLCHICINE_MINOCYCLINE: "Colchicine and minocycline",
    Topic.OTHER_MEDICINES: "Other medicines",
    Topic.NEEM_OIL: "Neem oil",
    Topic.SURGERY: "Surgery",
    Topic.SHOCK_WAVES: "Shock waves",
    Topic.SUMMARY: "In summary",
    Topic.REFERENCES: "References",
}
"""The preparation first, as that is what this service makes; then the article's own order."""

STATUS_WORDS = {ClaimStatus.UNVERIFIED: "Not verified: its figures were not compared with the article."}
"""Said beside a claim; one whose figures were compared needs no words, as the page's head says so for all."""


@blueprint.get("/evidence")
def index() -> str:
    """All claims, grouped by topic."""
    evidence = current_pharmacy().data.evidence
    groups = [(topic.value.replace("_", "-"), heading, evidence.about(topic)) for topic, heading in TOPICS.items()]
    sources = list(dict.fromkeys(claim.citation for claim in evidence.claims))
    return render_template("evidence/index.html", evidence=evidence, groups=groups, sources=sources, status_words=STATUS_WORDS)
