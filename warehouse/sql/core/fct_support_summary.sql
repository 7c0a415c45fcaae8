SELECT * FROM staging.support_summary
