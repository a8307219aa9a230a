import type { FastifyInstance } from 'fastify';

/** Counts the calls of the business that are under way, so that a stepped clock can wait for them. */
export class Traffic {
  #underWay = 0;
  #seen = 0;

  get underWay(): number {
    return this.#underWay;
  }

  /** Calls that have ever begun. */
  get seen(): number {
    return this.#seen;
  }

  watch(app: FastifyInstance): void {
    app.addHook('onRequest', (_request, reply, done) => {
      this.#underWay++;
      this.#seen++;
      // Comes in any case, also when the caller hangs up.
      reply.raw.once('close', () => this.#underWay--);
      done();
    });
  }
}
