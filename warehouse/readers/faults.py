"""What can be wrong with a file as a whole: each holds it with one clear outcome."""

from __future__ import annotations

from typing import ClassVar

from warehouse.errors import FileHeld


class NameUnknown(FileHeld):
    """No table of the contract expects a file of this name."""

    code: ClassVar[str] = "SALA-F001"
    title: ClassVar[str] = "The file's name is not one the contract expects"


class FileEmpty(FileHeld):
    """The file has no bytes, or no row below its header."""

    code: ClassVar[str] = "SALA-F002"
    title: ClassVar[str] = "The file holds no rows"


class FormatWrong(FileHeld):
    """The bytes are not what the contract says: another format, cut off, or garbage."""

    code: ClassVar[str] = "SALA-F003"
    title: ClassVar[str] = "The file is not of the promised format"


class PasswordProtected(FileHeld):
    """The workbook is encrypted."""

    code: ClassVar[str] = "SALA-F004"
    title: ClassVar[str] = "The workbook is protected by a password"


class EncodingWrong(FileHeld):
    """The bytes are not text in the promised encoding."""

    code: ClassVar[str] = "SALA-F005"
    title: ClassVar[str] = "The text is not in the promised encoding"


class QuotingBroken(FileHeld):
    """Quotes or line ends leave more than one reading."""

    code: ClassVar[str] = "SALA-F006"
    title: ClassVar[str] = "Quotes or line ends cannot be read with certainty"


class FileTooLarge(FileHeld):
    """The file, or what it would inflate to, or one of its lines, is beyond the limits."""

    code: ClassVar[str] = "SALA-F007"
    title: ClassVar[str] = "The file is larger than the limits allow"


class HeaderMissing(FileHeld):
    """A promised column is not there, or no header row was found."""

    code: ClassVar[str] = "SALA-F008"
    title: ClassVar[str] = "A promised column is missing"


class HeaderDuplicated(FileHeld):
    """Two columns claim to be the same."""

    code: ClassVar[str] = "SALA-F009"
    title: ClassVar[str] = "Two columns have the same header"


class ColumnUnknown(FileHeld):
    """A column the contract does not name, where the contract says to hold."""

    code: ClassVar[str] = "SALA-F010"
    title: ClassVar[str] = "A column the contract does not name"


class SheetUnknown(FileHeld):
    """A sheet the contract neither reads nor passes over, or none that it reads."""

    code: ClassVar[str] = "SALA-F011"
    title: ClassVar[str] = "The workbook's sheets are not the promised ones"


class TitleMissing(FileHeld):
    """A title above the header that a template needs is not there."""

    code: ClassVar[str] = "SALA-F012"
    title: ClassVar[str] = "A title above the table is missing"


class ReaderStopped(FileHeld):
    """The reading process met a limit (memory, time, output) or died."""

    code: ClassVar[str] = "SALA-F013"
    title: ClassVar[str] = "Reading the file took more than the limits allow"


class CountsDiffer(FileHeld):
    """The reader and the independent count disagree on how many records there are."""

    code: ClassVar[str] = "SALA-F014"
    title: ClassVar[str] = "Two ways of counting the records disagree"


class TooManyRefused(FileHeld):
    """More rows are refused than the contract tolerates."""

    code: ClassVar[str] = "SALA-F015"
    title: ClassVar[str] = "Too many rows were refused"


class ReadingUncertain(FileHeld):
    """By more than one encoding or delimiter the file is a sound table."""

    code: ClassVar[str] = "SALA-F017"
    title: ClassVar[str] = "The text can be read in two ways"


class DatesUncertain(FileHeld):
    """A column of dates can be read in two ways, and nothing in the file decides between them."""

    code: ClassVar[str] = "SALA-F020"
    title: ClassVar[str] = "The dates can be read in two ways"


class DatesSwapped(FileHeld):
    """Date cells with days up to 12 alone stand beside texts with later days: a spreadsheet may have swapped them."""

    code: ClassVar[str] = "SALA-F021"
    title: ClassVar[str] = "A spreadsheet may have swapped day and month"


class PackNotWhole(FileHeld):
    """A return pack that shows rows of a file comes back in place of that file, or a workbook named like one."""

    code: ClassVar[str] = "SALA-F023"
    title: ClassVar[str] = "A return pack that cannot take the place of the file"


class LegacyFont(FileHeld):
    """Khmer is typed in a font of before Unicode, so that what is stored are other letters."""

    code: ClassVar[str] = "SALA-F022"
    title: ClassVar[str] = "Khmer is typed in a font of before Unicode"
