/** Axes that read as the report's own figures do: `50 %`, `$0.002`, `12,000`. */
export const percentAxis = {
  labelExpr: "format(100 * datum.value, '.3~r') + ' %'",
  tickCount: 4,
  labelOverlap: true,
} as const;

export const dollarAxis = { format: '$,.6~f', tickCount: 4, labelOverlap: true } as const;

export const countAxis = { format: ',~r', tickCount: 4, labelOverlap: true } as const;

/** An axis without words: the name of a row stands above the row, where a telephone has room. */
export const rowAxis = { labels: false, ticks: false, domain: false, grid: false } as const;
