"""The sections of `ui.yaml` on the command line, and on problems in a file or a command.

Annotations are not strings here, as in `ui_sections`.
"""

from stoette_tui.content.declarations import Lookup, lookup, section, text
from stoette_tui.review.progress import PLAN

_PLAN_OPTIONS = " ".join(PLAN)


@lookup(
    """
    open talk show status answer plan undo rounds rounds_new rounds_use rounds_rename rounds_archive
    rounds_unarchive compare export import restore check paths erase
    """
)
class CommandLineCommands(Lookup[str], frozen=True):
    """What each command of the command line does, by its path in Click."""


@lookup(
    f"""
    content data_dir lang theme version help json topic item answer {_PLAN_OPTIONS}
    directory round other_round new_name carry again format output file date yes
    """
)
class CommandLineOptions(Lookup[str], frozen=True):
    """What each option and argument of the command line is, by its name in Click."""


@lookup(
    f"""
    command option content data_dir lang theme topic item answer {_PLAN_OPTIONS}
    directory round other_round new_name format output file date
    """
)
class CommandLineValues(Lookup[str], frozen=True):
    """The metavariables of a command, of an option, and of each parameter by its name."""


@section
class CommandLineTexts:
    description = manual_name = usage = environment = text()
    commands_title = arguments_title = options_title = text()
    commands: CommandLineCommands
    options: CommandLineOptions
    values: CommandLineValues
    content_valid = text("folder", "languages")
    paths_content = paths_data = paths_store = paths_missing = text()
    paths_backup = text("date")
    no_plan = text()
    erase_prompt = text("folder", "yes")
    confirmation = erase_cancelled = not_imported = text()
    import_again = text("round", "yes")
    erased = text("file")
    nothing_to_erase = text("folder")
    imported = text("round")
    imported_beside = text("round", "argument")
    unknown_items = text("items")


@lookup(
    """
    text markdown id address locale string boolean number array object null date
    section group link card idea
    """
)
class KindTexts(Lookup[str], frozen=True):
    """The kinds of values in content files, as expected and as found."""


@lookup(
    """
    file_missing file_unreadable{reason} file_too_large{largest} file_not_utf8
    yaml_syntax{reason} yaml_invalid_character yaml_multiple_documents yaml_alias
    yaml_too_deep{deepest} yaml_key_not_text yaml_duplicate_key{name} yaml_invalid_value{value}
    content_missing content_of_one_language{folder} content_invalid{reason}
    language_unknown{language}{languages}
    field_missing{field}{expected} field_unknown{field}{known}
    field_type{field}{expected}{found} field_choice{field}{choices}
    field_empty{field}{expected} field_count{field}{expected}{found}
    field_too_long{field}{longest} field_format{field}{expected}{found}
    duplicate_id{id} reference_unknown{kind}{id}{known} card_target_count{id}
    placeholder_unknown{name}{known} placeholder_missing{name}{language}
    id_missing{id}{field}{language}
    locale_unknown{locale}{example} locale_differs{locale}{language}{example}
    date_unreadable{locale}{date} plural_missing{missing}{locale}
    store_unknown_format store_newer{version}{known} store_older{version}{known}
    store_damaged store_unwritable{reason} store_unreadable{reason}
    store_backups_unreadable{reason}
    store_missing store_restorable{day} store_recovered{rounds}{changes}
    store_recovered_with_backup{day}{rounds}{changes} store_from_backup{day}{rounds}{changes}
    store_reset
    backup_failed{reason} no_backup backup_unknown{date}{dates} backup_empty
    erase_not_confirmed erase_failed{reason}
    text_not_unicode name_empty name_too_long{longest} name_taken{name}
    round_unknown{name} round_archived{name}{argument} rounds_same{name} no_round nothing_to_undo
    plan_value_wrong{option}{value}{reason}
    item_unknown{item}{items} answer_unknown{answer}{answers} topic_unknown{topic}{topics}
    theme_unknown{theme}{themes} variable_wrong{variable}{value} format_unknown{format}{formats}
    command_unknown{command}{commands} argument_missing{parameter}{command}
    argument_unknown{argument}{command}
    option_missing{option}{command} option_value_missing{option}{command}
    no_terminal output_failed{reason} output_failed_saved{reason} output_missing{format}
    export_file_exists export_is_folder export_not_regular_file export_folder_missing
    export_failed{reason}
    import_file_missing import_not_regular_file import_failed{reason} import_too_large{largest}
    import_not_json import_unknown_format import_newer{version}{known} import_invalid{at}
    import_known{name}
    """
)
class ProblemTexts(Lookup[str], frozen=True):
    """The problems by code; placeholders are the names of a `Problem`'s details."""
