-- Ratings outside the scale that the row itself declares.
SELECT row_number, 'rating' AS field, 'the scale of its row' AS scale, scale_minimum AS minimum, scale_maximum AS maximum
FROM staging.iparihs_rating
WHERE rating < scale_minimum OR rating > scale_maximum
