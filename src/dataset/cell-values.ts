/**
 * In SQL: microseconds since 1970 of a column of text, null where it is no time. A time is ISO 8601,
 * in UTC where it has no offset, or a number since 1970 whose unit its size tells: as seconds 1e11
 * would be in the year 5138, as milliseconds in 1973.
 */
export function microsOf(text: string): string {
  const number = `try_cast(${text} as double)`;
  // DuckDB wants seconds, a point before their fraction, and a capital Z.
  const withSeconds = `regexp_replace(${text}, '^(.{10}[T ][0-9]{2}:[0-9]{2})([zZ+-].*)?$', '\\1:00\\2')`;
  const withPoint = `regexp_replace(${withSeconds}, '^(.{19}),([0-9])', '\\1.\\2')`;
  const written = `regexp_replace(${withPoint}, 'z$', 'Z')`;
  return `case
    when regexp_full_match(${text}, '[0-9]+([.][0-9]*)?([eE][+]?[0-9]+)?') then
      case
        when ${number} < 1e11 then round(${number} * 1e6)
        when ${number} < 1e14 then round(${number} * 1e3)
        when ${number} < 1e17 then round(${number})
        when ${number} < 1e20 then round(${number} / 1e3)
      end::bigint
    when regexp_matches(${text}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}') then
      epoch_us(try_cast(${written} as timestamptz))
  end`;
}

/** In SQL: the number in a column of text, null where it is none. Plain numbers only: no separators, no infinity, and no more than a double counts exactly. */
export function numberOf(text: string): string {
  const number = `try_cast(${text} as double)`;
  return `case
    when regexp_full_match(${text}, '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?')
      and abs(${number}) <= ${Number.MAX_SAFE_INTEGER}
    then ${number} end`;
}
