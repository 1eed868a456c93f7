/*
 * Process 1 of a context that does nothing: it buries its children and ends when it is told to. A host is filled with contexts of it in
 * minutes, and they keep no processor busy, so that what is left is what the node's daemon does for them.
 */
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

int main(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigaddset(&signals, SIGTERM);
  /* how LXC asks for a shutdown, as systemd(1) understands it */
  sigaddset(&signals, SIGRTMIN + 3);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  for (;;) {
    int got = sigwaitinfo(&signals, NULL);
    while (waitpid(-1, NULL, WNOHANG) > 0) continue;
    if (got > 0 && got != SIGCHLD) return 0;
  }
}
