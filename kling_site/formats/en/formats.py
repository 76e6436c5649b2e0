"""How times are written where a template does not say: in the admin, of 24 hours and to the second."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j M Y, H:i:s"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i:s"
