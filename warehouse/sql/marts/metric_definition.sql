SELECT * FROM reference.metric
