-- The ledger: submissions, their states and findings, releases and the decisions on them, and the audit log.
CREATE TABLE IF NOT EXISTS submission (
    submission_id     TEXT PRIMARY KEY,
    sha256            TEXT NOT NULL,
    size_bytes        INTEGER NOT NULL,
    sent_name         TEXT NOT NULL,  -- may hold a person's name: shown to the sender only
    landed_name       TEXT NOT NULL,
    hints             TEXT NOT NULL,  -- what its folder or a person says of it, as JSON
    landed_at         TEXT NOT NULL,
    state             TEXT NOT NULL,
    state_at          TEXT NOT NULL,
    state_reason      TEXT NOT NULL DEFAULT '',  -- why it was withdrawn, in a person's words
    accepted_at       TEXT,
    superseded_by     TEXT REFERENCES submission (submission_id),
    organisation_code TEXT,
    dataset           TEXT,
    source            TEXT,
    period_start      TEXT,
    period_end        TEXT,
    layout            TEXT,
    encoding          TEXT,
    rule_version      TEXT,
    read_by           TEXT NOT NULL DEFAULT '{}',  -- what of config/ it was read by, with its version, as JSON
    code_version      TEXT,
    rows_in           INTEGER NOT NULL DEFAULT 0,
    rows_accepted     INTEGER NOT NULL DEFAULT 0,
    rows_rejected     INTEGER NOT NULL DEFAULT 0,
    rows_noise        INTEGER NOT NULL DEFAULT 0,
    rows_erased       INTEGER NOT NULL DEFAULT 0,
    CHECK (rows_in = rows_accepted + rows_rejected + rows_noise + rows_erased)
);
-- Two runs cannot both load a file for one slot: the second breaks this constraint.
CREATE UNIQUE INDEX IF NOT EXISTS submission_one_loaded_a_slot
    ON submission (organisation_code, dataset, source, period_start, period_end) WHERE state = 'loaded';
CREATE INDEX IF NOT EXISTS submission_by_content ON submission (sha256);
CREATE INDEX IF NOT EXISTS submission_that_waits ON submission (state) WHERE state = 'landed';
-- Every state of a submission, with its slot and rows at that time. `rebuild --as-known-on` reads it.
-- Triggers write it, so no change of state can miss it. Rows are added, never changed.
CREATE TABLE IF NOT EXISTS submission_history (
    number            INTEGER PRIMARY KEY,
    submission_id     TEXT NOT NULL REFERENCES submission (submission_id),
    state             TEXT NOT NULL,
    state_at          TEXT NOT NULL,
    organisation_code TEXT,
    dataset           TEXT,
    source            TEXT,
    period_start      TEXT,
    period_end        TEXT,
    rows_accepted     INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS submission_history_by_submission ON submission_history (submission_id);
CREATE TRIGGER IF NOT EXISTS submission_history_begins AFTER INSERT ON submission BEGIN
    INSERT INTO submission_history VALUES (
        NULL, new.submission_id, new.state, new.state_at,
        new.organisation_code, new.dataset, new.source, new.period_start, new.period_end, new.rows_accepted
    );
END;
CREATE TRIGGER IF NOT EXISTS submission_history_goes_on AFTER UPDATE OF state ON submission BEGIN
    INSERT INTO submission_history VALUES (
        NULL, new.submission_id, new.state, new.state_at,
        new.organisation_code, new.dataset, new.source, new.period_start, new.period_end, new.rows_accepted
    );
END;
CREATE TABLE IF NOT EXISTS finding (
    submission_id TEXT NOT NULL REFERENCES submission (submission_id),
    number        INTEGER NOT NULL,
    code          TEXT NOT NULL,
    severity      TEXT NOT NULL,
    column_name   TEXT NOT NULL,
    first_rows    TEXT NOT NULL,  -- JSON list of the first row numbers
    row_count     INTEGER NOT NULL,
    sentence      TEXT NOT NULL,
    PRIMARY KEY (submission_id, number)
);
-- What the staged files of a submission hold. One that is being written anew has a second row until that is done.
CREATE TABLE IF NOT EXISTS staged_file (
    submission_id TEXT NOT NULL REFERENCES submission (submission_id),
    table_name    TEXT NOT NULL,
    sha256        TEXT NOT NULL,
    PRIMARY KEY (submission_id, table_name, sha256)
);
CREATE TABLE IF NOT EXISTS release (
    release_id         TEXT PRIMARY KEY,
    made_at            TEXT NOT NULL,
    made_by            TEXT NOT NULL,
    manifest_sha256    TEXT NOT NULL,
    content_hash       TEXT NOT NULL,
    headline           TEXT NOT NULL,
    rule_version       TEXT NOT NULL,
    code_version       TEXT NOT NULL
);
-- The decisions on a release. Rows are added, never changed. The last one counts.
CREATE TABLE IF NOT EXISTS release_decision (
    number     INTEGER PRIMARY KEY,
    release_id TEXT NOT NULL REFERENCES release (release_id),
    decision   TEXT NOT NULL,  -- proposed, approved, declined or withdrawn
    decided_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,  -- recorded, not authenticated
    reason     TEXT NOT NULL
);
-- Families of figures that an approver allows to be restated although few people changed.
CREATE TABLE IF NOT EXISTS release_exception (
    metric_id         TEXT NOT NULL,
    organisation_code TEXT NOT NULL,
    period_end        TEXT NOT NULL,
    approved_by       TEXT NOT NULL,  -- recorded, not authenticated
    approved_at       TEXT NOT NULL,
    reason            TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS release_submission (
    release_id    TEXT NOT NULL REFERENCES release (release_id),
    submission_id TEXT NOT NULL REFERENCES submission (submission_id),
    PRIMARY KEY (release_id, submission_id)
);
-- Erased people: keyed hashes of their pseudonyms, which recognise them in later files. No pseudonym and no number.
CREATE TABLE IF NOT EXISTS tombstone (
    hash              TEXT PRIMARY KEY,
    key_id            TEXT NOT NULL,  -- the key that made it
    domain            TEXT NOT NULL,  -- of its pseudonym: an organisation code, or shared
    organisation_code TEXT NOT NULL,  -- whose number it is; '' for one that is the person's everywhere
    made_at           TEXT NOT NULL,
    made_by           TEXT NOT NULL
);
-- What erasures changed in landed files. submission.sha256 stays that of the file as it was sent.
CREATE TABLE IF NOT EXISTS erasure (
    number        INTEGER PRIMARY KEY,
    submission_id TEXT NOT NULL REFERENCES submission (submission_id),
    former_sha256 TEXT NOT NULL,
    new_sha256    TEXT NOT NULL,  -- '' where the file was removed whole
    row_count     INTEGER NOT NULL,
    erased_at     TEXT NOT NULL,
    erased_by     TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS audit (
    entry         INTEGER PRIMARY KEY,  -- 1, 2, 3 ... without a gap
    previous_hash TEXT NOT NULL,
    at            TEXT NOT NULL,
    actor         TEXT NOT NULL,
    code_version  TEXT NOT NULL,
    action        TEXT NOT NULL,
    subject       TEXT NOT NULL,
    detail        TEXT NOT NULL,  -- JSON; ids, codes, counts and hashes, and who decided
    hash          TEXT NOT NULL   -- of all columns before it
);
CREATE INDEX IF NOT EXISTS audit_of_keys ON audit (entry) WHERE action IN ('first key', 'rotate key');
CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_cut BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
