/** Stand-ins for tokens: up to five letters with the white space before them. Joined, they give the text. */
export function tokenise(text: string): string[] {
  return text.match(/\s*[^\s]{1,5}|\s+$/gu) ?? [];
}
