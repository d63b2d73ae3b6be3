import { Call } from "./panels/call.tsx";
import { Connect } from "./panels/connect.tsx";
import { Models } from "./panels/models.tsx";
import { Stake } from "./panels/stake.tsx";
import { Vote } from "./panels/vote.tsx";

/** The page: who you are, and the four things that one does here. */
export function App() {
  return (
    <>
      <header>
        <h1>
          <span className="mark">◆</span> OPG
        </h1>
        <Connect />
      </header>
      <main>
        <Models />
        <Call />
        <Stake />
        <Vote />
      </main>
    </>
  );
}
