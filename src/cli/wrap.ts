/** A line broken between words so that each part fits `room` characters; a longer word stands alone. */
export function wrapped(line: string, room: number): string[] {
  if (line.length <= room) return [line];
  const parts: string[] = [''];
  for (const word of line.split(' ')) {
    const last = parts.at(-1) ?? '';
    if (last === '') parts[parts.length - 1] = word;
    else if (last.length + 1 + word.length > room) parts.push(word);
    else parts[parts.length - 1] = `${last} ${word}`;
  }
  return parts;
}
