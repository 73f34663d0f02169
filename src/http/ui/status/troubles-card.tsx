import { formatCount } from '../format.ts';
import { Command } from '../parts/command.tsx';
import { Icon } from '../parts/icon.tsx';
import type { TroubleWords } from '../trouble-words.ts';

/** What a person should mend, and the lines that do it; keeps its empty place while there is nothing. */
export function TroublesCard({ troubles }: { readonly troubles: readonly TroubleWords[] }) {
  if (troubles.length === 0) return <div hidden data-live="troubles" />;
  const isBad = troubles.some((one) => one.isBad);
  return (
    <section class="card" data-live="troubles">
      <header>
        <h2>Needs you</h2>
        <span class={`pill count ${isBad ? 'bad' : 'warn'}`}>{formatCount(troubles.length)}</span>
      </header>
      <ul class="rows troubles">
        {troubles.map((trouble) => (
          <li class={trouble.isBad ? 'bad' : ''}>
            <span class="sign">
              <Icon name="alert" />
            </span>
            <h3>{trouble.title}</h3>
            <div class="text">
              <p>{trouble.detail}</p>
              {trouble.commands.map(({ place, lines }) => (
                <Command place={place} lines={lines} />
              ))}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
