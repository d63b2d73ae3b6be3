import type { ReactNode } from "react";

import { reasonOf } from "../system.ts";

/** A titled box; `failure` is shown at its end. */
export function Panel(options: { name: string; title: string; text: string; failure?: unknown; children: ReactNode }) {
  const { name, title, text, failure, children } = options;
  return (
    <section id={name}>
      <h2>{title}</h2>
      <p className="lead">{text}</p>
      {children}
      {failure === undefined || failure === null ? null : (
        <p className="failure" role="alert">
          {reasonOf(failure)}
        </p>
      )}
    </section>
  );
}
