/** What log lines cost (METHOD 3.1). */
import { bytesPerGb } from './edge-price.ts';
import type { PriceBook } from './price-books.ts';

/**
 * Lambda's START, END and REPORT lines (66, 55 and about 140 bytes) and our handler's own JSON line
 * (about 300); CloudWatch adds 26 bytes to each event it takes in.
 */
export const lambdaSystemLogBytes = 66 + 55 + 140 + 3 * 26;
export const handlerLogBytes = 300 + 26;

export function logsOf(book: PriceBook, bytes: number): number {
  return (bytes / bytesPerGb) * book.logsGbUsd;
}
