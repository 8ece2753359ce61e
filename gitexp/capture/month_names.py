"""Names of months and days of the week, in the languages in which days of a diary are headed."""

from __future__ import annotations

_NAMES_BY_MONTH = (
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari января янв",
    "february feb februar februari février févr fevrier febrero febbraio fevereiro fev февраля фев",
    "march mar märz mrz maerz mars marzo março marco maart mrt марта мар",
    "april apr avril avr abril abr aprile апреля апр",
    "may mai mayo maggio mag maio mei мая май",
    "june jun juni juin junio giugno giu junho июня июн",
    "july jul juli juillet juil julio luglio lug julho июля июл",
    "august aug août aout agosto ago augustus августа авг",
    "september sep sept septembre septiembre settembre set setembro сентября сен",
    "october oct oktober okt octobre octubre ottobre ott outubro out октября окт",
    "november nov novembre noviembre novembro ноября ноя",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro декабря дек",
)


def _list_months() -> dict[str, int]:
    months = {}
    for month, names in enumerate(_NAMES_BY_MONTH, 1):
        for name in names.split():
            months[name] = month
    return months


MONTHS = _list_months()
"""The number of a month, by its name in small letters."""

_WEEKDAYS = (
    "monday mon montag mo lundi lun lunes lunedì lunedi segunda maandag ma понедельник пн",
    "tuesday tues tue dienstag di mardi martes martedì terça dinsdag вторник вт",
    "wednesday weds wed mittwoch mi mercredi mer miércoles mercoledì quarta woensdag wo среда ср",
    "thursday thurs thur thu donnerstag do jeudi jeu jueves giovedì quinta donderdag четверг чт",
    "friday fri freitag fr vendredi ven viernes venerdì sexta vrijdag vr пятница пт",
    "saturday sat samstag sa samedi sam sábado sabato zaterdag za суббота сб",
    "sunday sun sonntag so sonnabend dimanche dim domingo domenica zondag zo воскресенье вс",
)

WEEKDAYS = {name: weekday for weekday, names in enumerate(_WEEKDAYS) for name in names.split()}
"""The days of a week from 0 for Monday on, by a name in small letters."""

WEEKDAY_NAMES = tuple(sorted(WEEKDAYS))
"""Names of the days of the week in small letters, long and short."""
