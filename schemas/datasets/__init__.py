"""One contract a dataset, found by its name."""

from schemas.datasets.appraisal import APPRAISAL
from schemas.datasets.job_plan import JOB_PLAN
from schemas.datasets.nss_benchmark import NSS_BENCHMARK
from schemas.datasets.population import POPULATION
from schemas.datasets.survey import ANSWER, RESPONSE, SURVEY

DATASETS = {d.name: d for d in (POPULATION, SURVEY, APPRAISAL, JOB_PLAN, NSS_BENCHMARK)}

# The tables that each is staged as: a survey as responses and answers, every other dataset as itself.
STAGED = {contract.name.removeprefix("staging."): contract for contract in (RESPONSE, ANSWER, *(d.staged() for d in DATASETS.values() if d is not SURVEY))}

__all__ = ["DATASETS", "STAGED"]
