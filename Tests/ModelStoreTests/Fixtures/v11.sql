BEGIN TRANSACTION;
CREATE TABLE aliases (
    model_id INTEGER NOT NULL REFERENCES models (id),
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    previous INTEGER,
    updated_at INTEGER NOT NULL, row_crc32 INTEGER,
    PRIMARY KEY (model_id, name),
    FOREIGN KEY (model_id, number) REFERENCES versions (model_id, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "aliases" VALUES(1,'stable',1,NULL,1700000000000,23139679);
CREATE TABLE answers (
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL, row_crc32 INTEGER,
    PRIMARY KEY (route, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "answers" VALUES('POST /models','k','aa',201,NULL,'{}',1700000000000,1663989468);
CREATE TABLE checkpoint_parts (
    id INTEGER PRIMARY KEY,
    checkpoint_id INTEGER NOT NULL REFERENCES checkpoints (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    encoding INTEGER NOT NULL CHECK (encoding IN (0, 1)),
    raw_bytes INTEGER NOT NULL CHECK (raw_bytes >= 0),
    checksum INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;
INSERT INTO "checkpoint_parts" VALUES(1,1,'weights',1,4099,3177425789,X'7801EDD6075B086C14C6F10845118A22144551146516A2C8885014852844C888A20845519419420865162214455915D942882214A21019EF19EFF9105D579FE139FFE7772B2A2AD6A953B76EBD7A4A4A4ACACAF5EB3768A0A2A2A2AADAB061A3466A6A6A8D1B3769D2B4A9BABABA8646B366CD9B6B6A6A6A69B568D1B2A5B6B676AB56AD5BB769A3A3A3A3ABDBB66DBB767A7A7AFAFAEDDB77E86060606068D8B163A74E464646C6C69D3B77E9626262626ADAB56BB76E666666E6E6DDBBF7E8D1B367CF5EBD7AF7EED3C7C2C2C2D2B26FDF7EFDFAF7EF6F653560C0C081D6D6D6363683060D1E6C6B6B3B64C8D0A1C3860D1F3EDCCE6EC4889123EDEDED478D1A3D7ACC1807070747C7B163C78D73727272761E3F7EC20417171757D78913274D9A3C79B29BDB942953A7BABBBB7B784C9B367DFA8C19333C3D67CE9C35CBCBCB6BF6EC3973E6CEF5F6F69E376FFEFC050B162E5CE8E3B368D1E2C5BEBEBE7E7E4B962C5DEAEFEF1F10B06CD9F2E58181812B56AC5CB96A5550505070F0EAD56BD68484848486AE5DBB6E5D58585878F8FAF51B3644444444466EDCB869D3E6CD9BB76CD9BA75DBB6A8A8A8EDDB77ECD8B9333A3A7AD7AEDDBBF7EC898989D9BB77DFBEFDFB6363630F1C3878F0D0A1B8B8B8F8F8C3878F1C397AF4E8B163C78F9F38919090909878F2E4A953A74F9F4E4A3A73E6ECD9E4E4E473E7CE9FBF702125252535F5E2C54B97D2D2D2D2D32F5FBE722523232333F3EAD56BD7AE5FBF7EE3C6CD9B5959D9D9D93939B76EDDBE9D9B9B7BE7CEDDBBF7EEDDBF7FFFC183870F1F3D7AFCF8715EDE93274F9F3E7BF62C3FFFF9F3172F5EBE7C5950F0EAD5EBD785858545456FDEBC7D5B5C5CFCEEDDFBF71F3E94949494967EFCF8E9D3E7CF9FCBCABE7CF9FAB5BCBCBCA2E2DBB7EFDF7FFCF85159F9F3E7AF5F555555BF7FFFF9F3F7EFBF7FFF14146AD5AA5D5BB1E67EAAF5FDE0F3FDDFBFB2F4AF2AFD3796FE35A47F2DE9BF95F4AF2BFDEB4BFF86D2BFB1F46F2AFD9B4BFFBDA47F4BE9DF4AFAB791FE8748FF76D2FF28E9DF51FA7796FE5DA57F37E9DF43FAF794FE674BFFF3A47F1FE9DF4FFA0F90FE5748FFC1D27FA8F41F2EFD474AFF5BA4FFEDD2FF2EE97FAFF47F40FA8F97FE8F49FF89D27F92F47F4EFA4F95FED3A5FF4CE9FF86F49F23FDDF91FE1F48FF79D27FBEF45F20FD1749FFEFA4FF52E9BF4CFAAF90FE2BA5FFDFD2BF82F45F733FE047B5BD1FFEBEC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFCC7FCC97FCC9FFC473E6AEEA7BADE8FCC37D8FFCC3FEC7FE61FF63FF30FFB9FF987FDCFFCC3FE67FE61FF33FFB0FF997FD8FFCC3FEC7FE61FF63FF30FFB9FF987FDCFFCC3FE67FE61FF33FFB0FF997FD8FFCC3FEC7FE61FF63FF30FFB9FF987FDCFFCC3FE67FE61FF33FFB0FF997FD8FFCC3FEC7FE61FF63FF30FFB9FF9A7FF1BF387FDCFFCC3FE67FE61FF33FFB0FF997FD8FFCC3FEC7FE61FF63FF30FFB9FF987FDCFFCC3FE67FE61FF33FFB0FF997FD8FFCC3FEC7FE61FF63FF30FFB9FF987FDCFFCC3FE67FE61FF33FFB0FF997FD8FFCC3FEC7FE61FF63FF30FFB9FF987FDCFFCC3FE67FE61FF33FFB0FF997FD8FFCC3FEC7FE61FF63FF30FFB9FF987FDCFFCC3FE67FE61FFF37CACB99FEA7A3F59FF0138B548AC');
INSERT INTO "checkpoint_parts" VALUES(2,1,'empty',0,0,0,X'');
INSERT INTO "checkpoint_parts" VALUES(3,1,'random',0,3,168965926,X'030102');
CREATE TABLE checkpoints (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position TEXT NOT NULL CHECK (json_valid(position)),
    created_at INTEGER NOT NULL
, file TEXT, row_crc32 INTEGER, epoch INTEGER CHECK (epoch >= 0)) STRICT;
INSERT INTO "checkpoints" VALUES(1,1,'{"step":3}',1700000000000,NULL,2206697748,NULL);
CREATE TABLE datasets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 128),
    file TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    rows INTEGER NOT NULL CHECK (rows >= 0),
    test_rows INTEGER NOT NULL CHECK (test_rows >= 0),
    input_shape TEXT NOT NULL CHECK (json_valid(input_shape)),
    target_shape TEXT NOT NULL CHECK (json_valid(target_shape)),
    target TEXT NOT NULL CHECK (json_valid(target)),
    columns TEXT CHECK (columns IS NULL OR json_valid(columns)),
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    built_in INTEGER NOT NULL CHECK (built_in IN (0, 1)),
    created_at INTEGER NOT NULL
, row_crc32 INTEGER, form TEXT NOT NULL DEFAULT 'rows' CHECK (form IN ('rows', 'columns')), validation_rows INTEGER NOT NULL DEFAULT 0 CHECK (validation_rows >= 0), schema TEXT CHECK (schema IS NULL OR json_valid(schema))) STRICT;
CREATE TABLE epoch_norms (
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    norms TEXT NOT NULL CHECK (json_valid(norms)),
    row_crc32 INTEGER,
    PRIMARY KEY (job_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE epochs (
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number >= 0),
    metrics TEXT NOT NULL CHECK (json_valid(metrics)), row_crc32 INTEGER,
    PRIMARY KEY (job_id, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "epochs" VALUES(2,1,'{"epoch":1,"loss":0.5}',801198171);
CREATE TABLE evaluations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    version INTEGER NOT NULL CHECK (version >= 0),
    summary TEXT NOT NULL CHECK (json_valid(summary)),
    created_at INTEGER NOT NULL,
    row_crc32 INTEGER
) STRICT;
CREATE TABLE experiment_jobs (
    experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
    trial INTEGER NOT NULL CHECK (trial >= 1),
    rung INTEGER NOT NULL CHECK (rung >= 0),
    repetition INTEGER NOT NULL CHECK (repetition >= 1),
    fold INTEGER NOT NULL CHECK (fold >= 0),
    job_id INTEGER NOT NULL UNIQUE,
    state TEXT CHECK (state IS NULL OR state IN ('succeeded', 'failed', 'cancelled')),
    metrics TEXT CHECK (metrics IS NULL OR json_valid(metrics)),
    error TEXT CHECK (error IS NULL OR json_valid(error)),
    epochs INTEGER,
    row_crc32 INTEGER,
    PRIMARY KEY (experiment_id, trial, rung, repetition, fold)
) STRICT;
CREATE TABLE experiment_trials (
    experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number >= 1),
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    model TEXT NOT NULL,
    model_id INTEGER NOT NULL,
    error TEXT CHECK (error IS NULL OR json_valid(error)),
    row_crc32 INTEGER,
    PRIMARY KEY (experiment_id, number)
) STRICT;
CREATE TABLE experiments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    request TEXT NOT NULL CHECK (json_valid(request)),
    state TEXT NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled')),
    dataset_sha256 TEXT NOT NULL,
    error TEXT CHECK (error IS NULL OR json_valid(error)),
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    row_crc32 INTEGER,
    CHECK ((finished_at IS NULL) = (state = 'running'))
) STRICT;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('v1');
INSERT INTO "grdb_migrations" VALUES('v2');
INSERT INTO "grdb_migrations" VALUES('v3');
INSERT INTO "grdb_migrations" VALUES('v4');
INSERT INTO "grdb_migrations" VALUES('v5');
INSERT INTO "grdb_migrations" VALUES('v6');
INSERT INTO "grdb_migrations" VALUES('v7');
INSERT INTO "grdb_migrations" VALUES('v8');
INSERT INTO "grdb_migrations" VALUES('v9');
INSERT INTO "grdb_migrations" VALUES('v10');
INSERT INTO "grdb_migrations" VALUES('v11');
CREATE TABLE job_evaluations (
    job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    evaluation TEXT NOT NULL CHECK (json_valid(evaluation)),
    row_crc32 INTEGER
) STRICT;
CREATE TABLE job_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('progress', 'epoch', 'state')),
    data TEXT NOT NULL CHECK (json_valid(data)),
    created_at INTEGER NOT NULL
, row_crc32 INTEGER) STRICT;
INSERT INTO "job_events" VALUES(1,1,'state','{"state":"queued"}',1700000000000,2110944647);
INSERT INTO "job_events" VALUES(2,1,'state','{"state":"running"}',1700000000000,101398931);
INSERT INTO "job_events" VALUES(3,2,'state','{"state":"queued"}',1700000000000,2817032870);
INSERT INTO "job_events" VALUES(4,2,'state','{"state":"running"}',1700000000000,1253577530);
INSERT INTO "job_events" VALUES(5,2,'epoch','{"epoch":1,"loss":0.5}',1700000000000,795291209);
INSERT INTO "job_events" VALUES(6,2,'state','{"state":"succeeded","version":1}',1700000000000,3119071152);
INSERT INTO "job_events" VALUES(7,3,'state','{"state":"queued"}',1700000000000,3993055161);
INSERT INTO "job_events" VALUES(8,3,'state','{"state":"cancelled"}',1700000000000,1191502274);
INSERT INTO "job_events" VALUES(9,4,'state','{"state":"queued"}',1700000000000,3370936997);
CREATE TABLE job_postmortems (
    job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    postmortem TEXT NOT NULL CHECK (json_valid(postmortem)),
    row_crc32 INTEGER
) STRICT;
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL
        CHECK (state IN ('queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled')),
    model TEXT NOT NULL,
    dataset TEXT,
    initial_version INTEGER,
    request TEXT NOT NULL CHECK (json_valid(request)),
    progress TEXT CHECK (progress IS NULL OR json_valid(progress)),
    metrics TEXT CHECK (metrics IS NULL OR json_valid(metrics)),
    error TEXT CHECK (error IS NULL OR json_valid(error)),
    version INTEGER,
    weights_sha256 TEXT,
    priority INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    lapses INTEGER NOT NULL DEFAULT 0 CHECK (lapses >= 0),
    run_at INTEGER,
    requested TEXT CHECK (requested IN ('cancel', 'pause')),
    lease_owner TEXT,
    lease_boot TEXT,
    lease_until INTEGER,
    lease_token INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER, row_crc32 INTEGER, result_crc32 INTEGER, kind TEXT NOT NULL DEFAULT 'training'
    CHECK (kind IN ('training', 'evaluation')), forked_job INTEGER, forked_epoch INTEGER CHECK ((forked_epoch IS NULL) = (forked_job IS NULL)), initial_job INTEGER, initial_epoch INTEGER CHECK ((initial_epoch IS NULL) = (initial_job IS NULL)), replay_of INTEGER, identical INTEGER
    CHECK (identical IS NULL OR (identical IN (0, 1) AND replay_of IS NOT NULL)), experiment TEXT, lease_node TEXT CHECK (lease_node IS NULL OR state = 'running'), node TEXT,
    CHECK ((finished_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'cancelled'))),
    CHECK ((version IS NOT NULL) = (state = 'succeeded')),
    CHECK (lease_owner IS NULL OR state = 'running'),
    CHECK ((lease_owner IS NULL) = (lease_until IS NULL)),
    CHECK ((lease_owner IS NULL) = (lease_boot IS NULL)),
    CHECK (requested IS NULL OR state = 'running'),
    CHECK (run_at IS NULL OR state = 'queued')
) STRICT;
INSERT INTO "jobs" VALUES(1,'running','lenet',NULL,NULL,'{}',NULL,NULL,NULL,NULL,NULL,2,0,0,NULL,NULL,NULL,NULL,NULL,1,1700000000000,1700000000000,NULL,1756327638,NULL,'training',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(2,'succeeded','lenet',NULL,NULL,'{}',NULL,'{"loss":0.5}',NULL,1,'80377c1f24210f4866f72121e5447e7733bf33de3abfcc99f9d2cf301878a7b4',0,0,0,NULL,NULL,NULL,NULL,NULL,1,1700000000000,1700000000000,1700000000000,231961363,864739571,'training',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(3,'cancelled','lenet',NULL,NULL,'{}',NULL,NULL,NULL,NULL,NULL,0,0,0,NULL,NULL,NULL,NULL,NULL,0,1700000000000,NULL,1700000000000,231961363,2454069906,'training',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(4,'queued','lenet',NULL,NULL,'{}',NULL,NULL,NULL,NULL,NULL,0,0,0,NULL,NULL,NULL,NULL,NULL,0,1700000000000,NULL,NULL,231961363,NULL,'training',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE models (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 128),
    definition TEXT NOT NULL CHECK (json_valid(definition)),
    last_version INTEGER NOT NULL DEFAULT 0 CHECK (last_version >= 0),
    last_claim INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
, row_crc32 INTEGER) STRICT;
INSERT INTO "models" VALUES(1,'lenet','{"layers":[]}',1,4,1700000000000,1454716805);
CREATE TABLE nodes (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 128),
    name TEXT NOT NULL,
    process TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('up', 'draining')),
    address TEXT NOT NULL,
    version TEXT NOT NULL,
    pid INTEGER NOT NULL,
    workers INTEGER NOT NULL CHECK (workers >= 0),
    threads INTEGER NOT NULL CHECK (threads >= 0),
    kernels TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    boot TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE probe (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    written_at INTEGER NOT NULL
) STRICT;
CREATE TABLE tensors (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    encoding INTEGER NOT NULL CHECK (encoding IN (0, 1)),
    raw_bytes INTEGER NOT NULL CHECK (raw_bytes >= 0),
    checksum INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;
INSERT INTO "tensors" VALUES(1,X'24AE2DFE8DF57C1B80E54CEF3D90AC3B417FD98973345A5F616BBC9A75DCC202',1,24,423224612,X'780163604080060687860507EC1D4000001C920420');
INSERT INTO "tensors" VALUES(2,X'15EC7BF0B50732B49F8228E07D24365338F9E3AB994B00AF08E5A3BFFE55FD8B',1,12,2077607535,X'78016360400000000C0001');
CREATE TABLE turns (
    model TEXT PRIMARY KEY,
    priority INTEGER NOT NULL,
    running INTEGER NOT NULL,
    last_claim INTEGER NOT NULL,
    job_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "turns" VALUES('lenet',0,1,4,4);
CREATE TABLE version_tensors (
    version_id INTEGER NOT NULL REFERENCES versions (id),
    position INTEGER NOT NULL CHECK (position >= 0),
    name TEXT NOT NULL,
    shape TEXT NOT NULL CHECK (json_valid(shape)),
    tensor_id INTEGER NOT NULL REFERENCES tensors (id), part TEXT NOT NULL DEFAULT 'weights'
    CHECK (part IN ('weights', 'optimizer')),
    PRIMARY KEY (version_id, position)
) STRICT, WITHOUT ROWID;
INSERT INTO "version_tensors" VALUES(1,0,'dense/kernel','[2,3]',1,'weights');
INSERT INTO "version_tensors" VALUES(1,1,'dense/bias','[3]',2,'weights');
CREATE TABLE versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id INTEGER NOT NULL REFERENCES models (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    metrics TEXT NOT NULL CHECK (json_valid(metrics)),
    options TEXT NOT NULL CHECK (json_valid(options)),
    dataset_fingerprint TEXT,
    parent INTEGER CHECK (parent >= 0),
    program_version TEXT NOT NULL,
    weights_sha256 TEXT NOT NULL CHECK (length(weights_sha256) = 64),
    raw_bytes INTEGER NOT NULL CHECK (raw_bytes >= 0),
    job_id INTEGER,
    created_at INTEGER NOT NULL, row_crc32 INTEGER, front TEXT CHECK (front IS NULL OR json_valid(front)), optimizer TEXT CHECK (optimizer IS NULL OR json_valid(optimizer)),
    UNIQUE (model_id, number)
) STRICT;
INSERT INTO "versions" VALUES(1,1,1,'{}','{}',NULL,NULL,'1.0','80377c1f24210f4866f72121e5447e7733bf33de3abfcc99f9d2cf301878a7b4',36,2,1700000000000,3867302827,NULL,NULL);
CREATE INDEX aliases_by_version ON aliases (model_id, number);
CREATE INDEX version_tensors_by_tensor ON version_tensors (tensor_id);
CREATE INDEX jobs_by_state ON jobs (state);
CREATE INDEX jobs_by_model ON jobs (model);
CREATE INDEX jobs_by_model_and_state ON jobs (model, state);
CREATE INDEX jobs_using_dataset ON jobs (dataset) WHERE state IN ('queued', 'running', 'paused');
CREATE INDEX job_events_by_job ON job_events (job_id);
CREATE INDEX checkpoints_by_job ON checkpoints (job_id);
CREATE INDEX checkpoint_parts_by_checkpoint ON checkpoint_parts (checkpoint_id);
CREATE INDEX answers_by_age ON answers (created_at);
CREATE INDEX turns_in_order ON turns (priority DESC, running, last_claim, job_id);
CREATE INDEX jobs_ready ON jobs (model, priority DESC, id) WHERE state = 'queued' AND run_at IS NULL;
CREATE INDEX jobs_postponed ON jobs (run_at) WHERE run_at IS NOT NULL;
CREATE TRIGGER turn_of_new_job AFTER INSERT ON jobs WHEN NEW.state = 'queued'
BEGIN
    DELETE FROM turns WHERE model = NEW.model;
    INSERT INTO turns (model, priority, running, last_claim, job_id)
        SELECT jobs.model, jobs.priority,
            (SELECT count(*) FROM jobs AS other WHERE other.model = NEW.model AND other.state = 'running'),
            (SELECT last_claim FROM models WHERE name = NEW.model), jobs.id
        FROM jobs
        WHERE jobs.model = NEW.model AND jobs.state = 'queued' AND jobs.run_at IS NULL
        ORDER BY jobs.priority DESC, jobs.id LIMIT 1;
END;
CREATE TRIGGER turn_of_moved_job AFTER UPDATE OF state, run_at ON jobs
BEGIN
    DELETE FROM turns WHERE model = NEW.model;
    INSERT INTO turns (model, priority, running, last_claim, job_id)
        SELECT jobs.model, jobs.priority,
            (SELECT count(*) FROM jobs AS other WHERE other.model = NEW.model AND other.state = 'running'),
            (SELECT last_claim FROM models WHERE name = NEW.model), jobs.id
        FROM jobs
        WHERE jobs.model = NEW.model AND jobs.state = 'queued' AND jobs.run_at IS NULL
        ORDER BY jobs.priority DESC, jobs.id LIMIT 1;
END;
CREATE TRIGGER turn_of_served_model AFTER UPDATE OF last_claim ON models
BEGIN
    DELETE FROM turns WHERE model = NEW.name;
    INSERT INTO turns (model, priority, running, last_claim, job_id)
        SELECT jobs.model, jobs.priority,
            (SELECT count(*) FROM jobs AS other WHERE other.model = NEW.name AND other.state = 'running'),
            (SELECT last_claim FROM models WHERE name = NEW.name), jobs.id
        FROM jobs
        WHERE jobs.model = NEW.name AND jobs.state = 'queued' AND jobs.run_at IS NULL
        ORDER BY jobs.priority DESC, jobs.id LIMIT 1;
END;
CREATE UNIQUE INDEX checkpoints_by_file ON checkpoints (file);
CREATE INDEX evaluations_by_version ON evaluations (model_id, version, id);
CREATE TRIGGER evaluations_of_removed_version AFTER DELETE ON versions
BEGIN
    DELETE FROM evaluations WHERE model_id = OLD.model_id AND version = OLD.number;
END;
CREATE UNIQUE INDEX checkpoints_by_epoch ON checkpoints (job_id, epoch) WHERE epoch IS NOT NULL;
CREATE INDEX jobs_by_dataset ON jobs (dataset) WHERE dataset IS NOT NULL;
CREATE INDEX jobs_by_replayed ON jobs (replay_of) WHERE replay_of IS NOT NULL;
CREATE INDEX jobs_by_experiment ON jobs (experiment) WHERE experiment IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('models',2);
INSERT INTO "sqlite_sequence" VALUES('jobs',4);
INSERT INTO "sqlite_sequence" VALUES('job_events',9);
INSERT INTO "sqlite_sequence" VALUES('checkpoints',1);
INSERT INTO "sqlite_sequence" VALUES('versions',1);
COMMIT;
