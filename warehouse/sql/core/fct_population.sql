SELECT * FROM staging.population
