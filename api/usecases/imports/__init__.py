"""Files into the database, all or nothing, with every bad row named."""

from api.usecases.imports.catalogue import Format, ImportResult, import_file, import_many
from api.usecases.imports.history import (
    HistoryResult,
    OnProgress,
    import_emptyings,
    import_readings,
)

__all__ = [
    "Format",
    "HistoryResult",
    "ImportResult",
    "OnProgress",
    "import_emptyings",
    "import_file",
    "import_many",
    "import_readings",
]
