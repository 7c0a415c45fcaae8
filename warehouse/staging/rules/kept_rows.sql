SELECT * FROM {staged} WHERE row_number NOT IN (SELECT row_number FROM removed)
