/*
 * complete.h - what a shell can complete, from the option table and the command
 * table. The scripts in packaging/completions call `preflight __complete`.
 */
#ifndef PREFLIGHT_COMPLETE_H
#define PREFLIGHT_COMPLETE_H

/*
 * Prints what completes the last word (which may be ""), one a line: the whole
 * word, a tab, what it is. After a word that ends in '=', ':' or '/' more must
 * follow. The line ":files PREFIX" stands for the names of files,
 * each behind PREFIX. Sends nothing; words that make no sense give no line.
 */
void complete_print(int count, char **words);

#endif
