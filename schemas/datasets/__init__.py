"""One contract a dataset, found by its name."""

from schemas.datasets.appraisal import APPRAISAL
from schemas.datasets.job_plan import JOB_PLAN
from schemas.datasets.nss_benchmark import NSS_BENCHMARK
from schemas.datasets.population import POPULATION
from schemas.datasets.survey import SURVEY

DATASETS = {d.name: d for d in (POPULATION, SURVEY, APPRAISAL, JOB_PLAN, NSS_BENCHMARK)}

__all__ = ["DATASETS"]
