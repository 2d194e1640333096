"""When the database cannot do what it is asked."""


class StoreUnavailable(Exception):  # noqa: N818  # it says what is the case
    """The database is locked, full or gone. `code`: `database_busy`, `disk_full`,
    `database_unavailable`. Nothing of the transaction was written.
    """

    def __init__(self, code: str, detail: str, *, retry_after_s: int = 2) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s
