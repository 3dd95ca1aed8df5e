// A thread of `twinwatch plan`: simulates each run that it is given and posts its outcome.
import { parentPort, workerData } from 'node:worker_threads';
import { type SimulatedRun, type Simulation, simulate } from './simulation.js';

parentPort?.on('message', (run: SimulatedRun) => {
  parentPort?.postMessage(simulate(workerData as Simulation, run));
});
