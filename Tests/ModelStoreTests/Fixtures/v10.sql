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
INSERT INTO aliases VALUES(1,'stable',1,NULL,1700000000000,23139679);
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
INSERT INTO answers VALUES('POST /models','k','aa',201,NULL,'{}',1700000000000,1663989468);
CREATE TABLE checkpoint_parts (
    id INTEGER PRIMARY KEY,
    checkpoint_id INTEGER NOT NULL REFERENCES checkpoints (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    encoding INTEGER NOT NULL CHECK (encoding IN (0, 1)),
    raw_bytes INTEGER NOT NULL CHECK (raw_bytes >= 0),
    checksum INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;
INSERT INTO checkpoint_parts VALUES(1,1,'weights',1,4099,3177425789,X'7801edd6075b086c14c6f10845118a22144551146516a2c8885014852844c888a20845519419420865162214455915d942882214a21019ef19eff9105d579fe139ffe7772b2a2ad6a953b76ebd7a4a4a4acacaf5eb3768a0a2a2a2aadab061a3466a6a6a8d1b3769d2b4a9bababa8646b366cd9b6b6a6a6a69b568d1b2a5b6b676ab56ad5bb769a3a3a3a3abdbb66dbb767a7a7afafaeddb77e86060606068d8b163a74e464646c6c69d3b77e9626262626adab56bb76e666666e6e6ddbbf7e8d1b367cf5ebd7af7eed3c7c2c2c2d2b26fdf7efdfaf7ef6f653560c0c081d6d6d6363683060d1e6c6b6b3b64c8d0a1c3860d1f3edcce6ec4889123ededed478d1a3d7acc1807070747c7b163c78d73727272761e3f7ec20417171757d78913274d9a3c79b29bdb942953a7babbbb7b784c9b367dfa8c19333c3d67ce9c35cbcbcb6bf6ec3973e6cef5f6f69e376ffefc050b162e5ce8e3b368d1e2c5bebebe7e7e4b962c5deaefef1f10b06cd9f2e58181812b56ac5cb96a5550505070f0ead56bd68484848486ae5dbb6e5d58585878f8faf51b3644444444466edcb869d3e6cd9bb76cd9ba75dbb6a8a8a8eddb77ecd8b9333a3a7ad7aeddbbf7ec898989d9bb77dfbefdfb6363630f1c3878f0d0a1b8b8b8f8f8c3878f1c397af4e8b163c78f9f38919090909878f2e4a953a74f9f4e4a3a73e6ecd9e4e4e473e7ce9fbf702125252535f5e2c54b97d2d2d2d2d32f5fbe722523232333f3ead56bd7ae5fbf7ee3c6cd9b5959d9d9d93939b76eddbe9d9b9b7be7ceddbbf7eeddbf7fffc183870f1f3d7afcf8715ede93274f9f3e7bf62c3ffff9f3172f5ebe7c5950f0ead5ebd785858545456fdebc7d5b5c5cfceeddfbf71f3e94949494967efcf8e9d3e7cf9fcbcabe7cf9fab5bcbcbca2e2dbb7efdf7ffcf85159f9f3e7af5f555555bf7ffff9f3f7efbf7fff14146ad5aa5d5bb1e67eaaf5fde0f3fddfbfb2f4af2afd3796fe35a47f2de9bf95f4af2bfdeb4bff86d2bfb1f46f2afd9b4bffbda47f4be9df4afab791fe8748ff76d2ff28e9df51fa7796fe5da57f37e9df43faf794fe674bfff3a47f1fe9df4ffa0f90fe5748ffc1d27fa8f41f2efd474aff5ba4ffedd2ff2ee97faff47f40fa8f97fe8f49ff89d27f92f47f4efa4f95fed3a5ff4ce9ff86f49f23fddf91fe1f48ff79d27fbef45f20fd1749ffefa4ff52e9bf4cfaaf90fe2ba5ffdfd2bf82f45f733fe047b5bd1ffebec97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffcc7fcc97fcc9ffc473e6aeea7bade8fcc37d8ffcc3fec7fe61ff63ff30ffb9ff987fdcffcc3fe67fe61ff33ffb0ff997fd8ffcc3fec7fe61ff63ff30ffb9ff987fdcffcc3fe67fe61ff33ffb0ff997fd8ffcc3fec7fe61ff63ff30ffb9ff987fdcffcc3fe67fe61ff33ffb0ff997fd8ffcc3fec7fe61ff63ff30ffb9ff9a7ff1bf387fdcffcc3fe67fe61ff33ffb0ff997fd8ffcc3fec7fe61ff63ff30ffb9ff987fdcffcc3fe67fe61ff33ffb0ff997fd8ffcc3fec7fe61ff63ff30ffb9ff987fdcffcc3fe67fe61ff33ffb0ff997fd8ffcc3fec7fe61ff63ff30ffb9ff987fdcffcc3fe67fe61ff33ffb0ff997fd8ffcc3fec7fe61ff63ff30ffb9ff987fdcffcc3fe67fe61fff37cacb99fea7a3f59ff0138b548ac');
INSERT INTO checkpoint_parts VALUES(2,1,'empty',0,0,0,X'');
INSERT INTO checkpoint_parts VALUES(3,1,'random',0,3,168965926,X'030102');
CREATE TABLE checkpoints (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position TEXT NOT NULL CHECK (json_valid(position)),
    created_at INTEGER NOT NULL
, file TEXT, row_crc32 INTEGER, epoch INTEGER CHECK (epoch >= 0)) STRICT;
INSERT INTO checkpoints VALUES(1,1,'{"step":3}',1700000000000,NULL,2206697748,NULL);
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
INSERT INTO epochs VALUES(2,1,'{"epoch":1,"loss":0.5}',801198171);
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
INSERT INTO grdb_migrations VALUES('v1');
INSERT INTO grdb_migrations VALUES('v2');
INSERT INTO grdb_migrations VALUES('v3');
INSERT INTO grdb_migrations VALUES('v4');
INSERT INTO grdb_migrations VALUES('v5');
INSERT INTO grdb_migrations VALUES('v6');
INSERT INTO grdb_migrations VALUES('v7');
INSERT INTO grdb_migrations VALUES('v8');
INSERT INTO grdb_migrations VALUES('v9');
INSERT INTO grdb_migrations VALUES('v10');
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
INSERT INTO job_events VALUES(1,1,'state','{"state":"queued"}',1700000000000,2110944647);
INSERT INTO job_events VALUES(2,1,'state','{"state":"running"}',1700000000000,101398931);
INSERT INTO job_events VALUES(3,2,'state','{"state":"queued"}',1700000000000,2817032870);
INSERT INTO job_events VALUES(4,2,'state','{"state":"running"}',1700000000000,1253577530);
INSERT INTO job_events VALUES(5,2,'epoch','{"epoch":1,"loss":0.5}',1700000000000,795291209);
INSERT INTO job_events VALUES(6,2,'state','{"state":"succeeded","version":1}',1700000000000,3119071152);
INSERT INTO job_events VALUES(7,3,'state','{"state":"queued"}',1700000000000,3993055161);
INSERT INTO job_events VALUES(8,3,'state','{"state":"cancelled"}',1700000000000,1191502274);
INSERT INTO job_events VALUES(9,4,'state','{"state":"queued"}',1700000000000,3370936997);
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
    CHECK (identical IS NULL OR (identical IN (0, 1) AND replay_of IS NOT NULL)), experiment TEXT,
    CHECK ((finished_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'cancelled'))),
    CHECK ((version IS NOT NULL) = (state = 'succeeded')),
    CHECK (lease_owner IS NULL OR state = 'running'),
    CHECK ((lease_owner IS NULL) = (lease_until IS NULL)),
    CHECK ((lease_owner IS NULL) = (lease_boot IS NULL)),
    CHECK (requested IS NULL OR state = 'running'),
    CHECK (run_at IS NULL OR state = 'queued')
) STRICT;
INSERT INTO jobs VALUES(1,'running','lenet',NULL,NULL,'{}',NULL,NULL,NULL,NULL,NULL,2,0,0,NULL,NULL,'w1','boot-1',1015000,1,1700000000000,1700000000000,NULL,1756327638,NULL,'training',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO jobs VALUES(2,'succeeded','lenet',NULL,NULL,'{}',NULL,'{"loss":0.5}',NULL,1,'80377c1f24210f4866f72121e5447e7733bf33de3abfcc99f9d2cf301878a7b4',0,0,0,NULL,NULL,NULL,NULL,NULL,1,1700000000000,1700000000000,1700000000000,231961363,864739571,'training',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO jobs VALUES(3,'cancelled','lenet',NULL,NULL,'{}',NULL,NULL,NULL,NULL,NULL,0,0,0,NULL,NULL,NULL,NULL,NULL,0,1700000000000,NULL,1700000000000,231961363,2454069906,'training',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO jobs VALUES(4,'queued','lenet',NULL,NULL,'{}',NULL,NULL,NULL,NULL,NULL,0,0,0,NULL,NULL,NULL,NULL,NULL,0,1700000000000,NULL,NULL,231961363,NULL,'training',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE models (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 128),
    definition TEXT NOT NULL CHECK (json_valid(definition)),
    last_version INTEGER NOT NULL DEFAULT 0 CHECK (last_version >= 0),
    last_claim INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
, row_crc32 INTEGER) STRICT;
INSERT INTO models VALUES(1,'lenet','{"layers":[]}',1,4,1700000000000,1454716805);
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
INSERT INTO tensors VALUES(1,X'24ae2dfe8df57c1b80e54cef3d90ac3b417fd98973345a5f616bbc9a75dcc202',1,24,423224612,X'780163604080060687860507ec1d4000001c920420');
INSERT INTO tensors VALUES(2,X'15ec7bf0b50732b49f8228e07d24365338f9e3ab994b00af08e5a3bffe55fd8b',1,12,2077607535,X'78016360400000000c0001');
CREATE TABLE turns (
    model TEXT PRIMARY KEY,
    priority INTEGER NOT NULL,
    running INTEGER NOT NULL,
    last_claim INTEGER NOT NULL,
    job_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO turns VALUES('lenet',0,1,4,4);
CREATE TABLE version_tensors (
    version_id INTEGER NOT NULL REFERENCES versions (id),
    position INTEGER NOT NULL CHECK (position >= 0),
    name TEXT NOT NULL,
    shape TEXT NOT NULL CHECK (json_valid(shape)),
    tensor_id INTEGER NOT NULL REFERENCES tensors (id), part TEXT NOT NULL DEFAULT 'weights'
    CHECK (part IN ('weights', 'optimizer')),
    PRIMARY KEY (version_id, position)
) STRICT, WITHOUT ROWID;
INSERT INTO version_tensors VALUES(1,0,'dense/kernel','[2,3]',1,'weights');
INSERT INTO version_tensors VALUES(1,1,'dense/bias','[3]',2,'weights');
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
INSERT INTO versions VALUES(1,1,1,'{}','{}',NULL,NULL,'1.0','80377c1f24210f4866f72121e5447e7733bf33de3abfcc99f9d2cf301878a7b4',36,2,1700000000000,3867302827,NULL,NULL);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('models',2);
INSERT INTO sqlite_sequence VALUES('jobs',4);
INSERT INTO sqlite_sequence VALUES('job_events',9);
INSERT INTO sqlite_sequence VALUES('checkpoints',1);
INSERT INTO sqlite_sequence VALUES('versions',1);
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
COMMIT;
