SELECT * FROM staging.support_intervention
