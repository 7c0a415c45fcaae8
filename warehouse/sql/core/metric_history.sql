-- Every figure of every release that was ever approved, as it was released.
SELECT
    release.released_at,
    release.withdrawn_at,
    figure.*
FROM audit.released_figure AS figure
INNER JOIN audit.release AS release USING (release_id)
WHERE release.released_at IS NOT NULL
