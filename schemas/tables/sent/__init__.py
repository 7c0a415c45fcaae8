"""One contract a dataset, found by its name; PARTS are the further sheets that come with one."""

from schemas.tables.sent.adoption import ADOPTION_CHANGE, ADOPTION_WORKSHOP, IPARIHS_RATING, RECOMMENDATION_ADOPTION
from schemas.tables.sent.appraisal import APPRAISAL
from schemas.tables.sent.job_plan import JOB_PLAN
from schemas.tables.sent.nss_benchmark import NSS_BENCHMARK
from schemas.tables.sent.people import RESEARCH_ACTIVITY, WORKFORCE
from schemas.tables.sent.population import POPULATION
from schemas.tables.sent.support import SUPPORT_CASE, SUPPORT_CONCERN, SUPPORT_INTERVENTION, SUPPORT_MEASUREMENT, SUPPORT_SUMMARY
from schemas.tables.sent.survey import ANSWER, RESPONSE, SURVEY

_SENT = (
    *(POPULATION, SURVEY, APPRAISAL, JOB_PLAN, NSS_BENCHMARK, SUPPORT_SUMMARY, SUPPORT_CASE),
    *(RECOMMENDATION_ADOPTION, WORKFORCE, RESEARCH_ACTIVITY),
)
_FURTHER = (
    SUPPORT_CONCERN,
    SUPPORT_INTERVENTION,
    SUPPORT_MEASUREMENT,
    IPARIHS_RATING,
    ADOPTION_WORKSHOP,
    ADOPTION_CHANGE,
)

DATASETS = {dataset.name: dataset for dataset in _SENT}
PARTS = {part.name: part for part in _FURTHER}

# The tables that each is staged as: a survey as responses and answers, every other dataset and part as itself.
STAGED = {contract.name.removeprefix("staging."): contract for contract in (RESPONSE, ANSWER, *(d.staged() for d in (*_SENT, *_FURTHER) if d is not SURVEY))}

__all__ = ["DATASETS", "PARTS", "STAGED"]
