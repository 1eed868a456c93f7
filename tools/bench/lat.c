/*
 * Small measurements of what an operating system costs, after the ideas of LMbench (lat_proc, lat_ctx, lat_mmap,
 * lat_pagefault): lat NAME SECONDS prints operations per second. Static, so that it runs anywhere.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAP_BYTES (4UL << 20)
#define PAGE 4096UL

static const char *self;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void child(char *const arguments[]) {
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    if (arguments) execv(arguments[0], arguments);
    _exit(arguments ? 127 : 0);
  }
  int status;
  if (waitpid(pid, &status, 0) != pid || status != 0) fail("child");
}

static void do_fork(void) { child(NULL); }

static void do_exec(void) {
  char *arguments[] = {(char *)self, "nothing", NULL};
  child(arguments);
}

static void do_shell(void) {
  char *arguments[] = {"/bin/sh", "-c", "exit 0", NULL};
  child(arguments);
}

static void do_mmap(void) {
  void *p = mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) fail("mmap");
  /* a touch in every sixteenth page, as a program that uses a part of what it asked for */
  for (unsigned long at = 0; at < MAP_BYTES; at += 16 * PAGE) ((char *)p)[at] = 1;
  munmap(p, MAP_BYTES);
}

static int page_file = -1;

static void do_fault(void) {
  if (page_file < 0) {
    char name[] = "/var/tmp/lat-XXXXXX";
    page_file = mkstemp(name);
    if (page_file < 0) fail("mkstemp");
    unlink(name);
    char *block = calloc(1, MAP_BYTES);
    if (!block || write(page_file, block, MAP_BYTES) != (ssize_t)MAP_BYTES) fail("write");
    free(block);
  }
  volatile char *p = mmap(NULL, MAP_BYTES, PROT_READ, MAP_SHARED, page_file, 0);
  if (p == MAP_FAILED) fail("mmap");
  madvise((void *)p, MAP_BYTES, MADV_RANDOM);
  char sum = 0;
  for (unsigned long at = 0; at < MAP_BYTES; at += PAGE) sum = (char)(sum + p[at]);
  munmap((void *)p, MAP_BYTES);
}

static void pin(void) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) fail("sched_setaffinity");
}

/* Two processes on one CPU that wake each other through pipes: each round trip is two switches. */
static double switches(double seconds) {
  int to[2], from[2];
  char c = 0;
  pin();
  if (pipe(to) != 0 || pipe(from) != 0) fail("pipe");
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    while (read(to[0], &c, 1) == 1 && write(from[1], &c, 1) == 1) {
    }
    _exit(0);
  }
  double start = now(), elapsed;
  long rounds = 0;
  do {
    for (int i = 0; i < 200; i++) {
      if (write(to[1], &c, 1) != 1 || read(from[0], &c, 1) != 1) fail("pipe");
    }
    rounds += 200;
    elapsed = now() - start;
  } while (elapsed < seconds);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  return 2.0 * (double)rounds / elapsed;
}

static double rate(void (*operation)(void), double seconds, double per) {
  operation();
  double start = now(), elapsed;
  long count = 0;
  do {
    operation();
    count++;
    elapsed = now() - start;
  } while (elapsed < seconds);
  return per * (double)count / elapsed;
}

/* The longest and the 99th percentile of how late a sleeper wakes, in microseconds: what a victim feels. */
static void probe(double seconds) {
  static double late[200000];
  int n = 0;
  double start = now();
  while (now() - start < seconds && n < 200000) {
    double before = now();
    struct timespec t = {0, 1000000};
    nanosleep(&t, NULL);
    late[n++] = (now() - before - 0.001) * 1e6;
  }
  for (int gap = n / 2; gap > 0; gap /= 2) {
    for (int i = gap; i < n; i++) {
      double v = late[i];
      int j = i;
      for (; j >= gap && late[j - gap] > v; j -= gap) late[j] = late[j - gap];
      late[j] = v;
    }
  }
  printf("%.1f %.1f %.1f\n", late[n / 2], late[n * 99 / 100], late[n - 1]);
}

/* Small datagrams to a port where nobody listens, as fast as the kernel takes them. */
static void flood(double seconds, const char *address) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
  char data[64] = {0};
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  if (s < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1) fail("flood");
  double start = now();
  while (now() - start < seconds) {
    for (int i = 0; i < 1000; i++) {
      if (sendto(s, data, sizeof data, 0, (struct sockaddr *)&to, sizeof to) < 0) continue;
    }
  }
}

/* Runs a program under a filter of system calls that allows all: what having any filter costs (seccomp(2)). */
static void filtered(char **program) {
  struct sock_filter allow[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog filter = {.len = 1, .filter = allow};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) fail("prctl");
  execv(program[0], program);
  fail(program[0]);
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "nothing") == 0) return 0;
  if (argc == 4 && strcmp(argv[1], "flood") == 0) {
    flood(atof(argv[2]), argv[3]);
    return 0;
  }
  if (argc > 2 && strcmp(argv[1], "filtered") == 0) filtered(argv + 2);
  if (argc != 3) {
    fprintf(stderr,
            "usage: lat fork|exec|shell|switch|mmap|fault|probe SECONDS, lat flood SECONDS ADDRESS, lat filtered PROGRAM …\n");
    return 2;
  }
  self = argv[0];
  double seconds = atof(argv[2]);
  const char *name = argv[1];
  if (strcmp(name, "fork") == 0) printf("%.1f\n", rate(do_fork, seconds, 1));
  else if (strcmp(name, "exec") == 0) printf("%.1f\n", rate(do_exec, seconds, 1));
  else if (strcmp(name, "shell") == 0) printf("%.1f\n", rate(do_shell, seconds, 1));
  else if (strcmp(name, "mmap") == 0) printf("%.1f\n", rate(do_mmap, seconds, 1));
  else if (strcmp(name, "fault") == 0) printf("%.1f\n", rate(do_fault, seconds, (double)(MAP_BYTES / PAGE)));
  else if (strcmp(name, "switch") == 0) printf("%.1f\n", switches(seconds));
  else if (strcmp(name, "probe") == 0) probe(seconds);
  else return 2;
  return 0;
}
