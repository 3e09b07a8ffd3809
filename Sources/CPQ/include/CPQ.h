/// libpq, loaded when it is asked for: the program runs without it as long as nobody names a PostgreSQL.
#pragma once

#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
#include <libpq-fe.h>
#endif

/// The functions that are used, each declared by libpq's own header.
#define CPQ_FUNCTIONS(use) \
    use(PQclear) use(PQcmdTuples) use(PQconnectPoll) use(PQconnectStartParams) use(PQconninfoFree) use(PQconninfoParse) \
    use(PQconsumeInput) use(PQerrorMessage) use(PQfinish) use(PQflush) use(PQfname) use(PQfreemem) use(PQftype) \
    use(PQgetisnull) use(PQgetlength) use(PQgetResult) use(PQgetvalue) use(PQisBusy) use(PQnfields) \
    use(PQnparams) use(PQntuples) use(PQparamtype) use(PQresultErrorField) use(PQresultErrorMessage) use(PQresultStatus) \
    use(PQsendDescribePrepared) use(PQsendPrepare) use(PQsendQuery) use(PQsendQueryPrepared) \
    use(PQsetNoticeProcessor) use(PQsetnonblocking) use(PQsocket) use(PQstatus) use(PQtransactionStatus)

/// A pointer to each of them, by its name.
typedef struct CPQ {
#define CPQ_MEMBER(name) __typeof__(&name) name;
    CPQ_FUNCTIONS(CPQ_MEMBER)
#undef CPQ_MEMBER
} CPQ;

/// Loads the library, which stays for the rest of the process; returns NULL, or what is wrong.
const char *CPQLoad(CPQ *functions);

/// Names of fields of an error, which are macros in libpq's header.
enum { CPQ_SQLSTATE = PG_DIAG_SQLSTATE, CPQ_MESSAGE = PG_DIAG_MESSAGE_PRIMARY, CPQ_CONSTRAINT = PG_DIAG_CONSTRAINT_NAME };
