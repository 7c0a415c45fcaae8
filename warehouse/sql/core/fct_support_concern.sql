SELECT * FROM staging.support_concern
