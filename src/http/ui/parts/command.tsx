/** Where a command is typed. */
export type CommandPlace = 'here' | 'router';

const WORDS: Readonly<Record<CommandPlace, string>> = {
  here: 'In the directory of NetFlow ISP:',
  router: 'On the router (RouterOS terminal):',
};

/** Lines to type, with a button that copies them. Words stay whole: a browser would break `--name` after its hyphens. */
export function Command({
  lines,
  place,
}: {
  readonly lines: readonly string[];
  readonly place: CommandPlace;
}) {
  return (
    <div>
      <p class="where">{WORDS[place]}</p>
      <div class="command">
        <code>
          {lines.map((line, index) => (
            <>
              {index > 0 ? '\n' : ''}
              {line.split(' ').map((word, at) => (
                <>
                  {at > 0 ? ' ' : ''}
                  <span class="word">{word}</span>
                </>
              ))}
            </>
          ))}
        </code>
        <button type="button" class="copy">
          Copy
        </button>
      </div>
    </div>
  );
}
